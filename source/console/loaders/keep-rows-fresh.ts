import type { Change } from '../../postgres/database.ts';
import type { ConsoleServices } from '../services.ts';
import { keepFresh } from './keep-fresh.ts';

/** Ids of the rows to read again, or all of them. */
export type WantedRows = ReadonlySet<string> | 'all';

/**
 * Like `keepFresh`, but says which rows of the table changed, so that a change of one row does not read thousands. All of them are read at first,
 * now and then, and when nobody knows which changed.
 */
export async function keepRowsFresh(
  services: ConsoleServices,
  what: string,
  table: Change['table'],
  signal: AbortSignal,
  load: (wanted: WantedRows) => Promise<void>,
): Promise<void> {
  let wanted = new Set<string>();
  let all = true;
  const want = (rows: WantedRows): void => {
    if (rows === 'all') all = true;
    else for (const id of rows) wanted.add(id);
  };
  const concerns = (change: Change): boolean => {
    if (change.table !== '*' && change.table !== table) return false;
    want(change.ids === null ? 'all' : new Set(change.ids));
    return true;
  };
  await keepFresh(services, what, concerns, signal, async () => {
    // Nothing changed that we were told of: this is the look now and then.
    const rows = all || wanted.size === 0 ? 'all' : wanted;
    wanted = new Set();
    all = false;
    try {
      await load(rows);
    } catch (error) {
      want(rows);
      throw error;
    }
  });
}
