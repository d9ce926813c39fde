import type { Change } from '../../postgres/database.ts';
import type { ConsoleServices } from '../services.ts';
import { pause } from '../pause.ts';
import { listening, liveSlice, onChange } from './live-changes.ts';

/** Found by asking again even if nobody told us: a notification can be lost with its connection. */
const POLL_MS = 15_000;
const RETRY_MS = 1000;
/** Changes come in flocks, one for each row of a transaction or each transaction of a batch. */
const GATHER_MS = 30;

/** Which changes have `load` run again: those of these tables, or those that the function says yes to, which is asked for all. */
export type Concern = readonly Change['table'][] | ((change: Change) => boolean);

/**
 * Runs `load` now, after every change that is of `concern`, and now and then, until the signal aborts. When it fails the data stays as
 * it is, the log says why once, and it is tried again every second: the header shows the outage and the age.
 */
export async function keepFresh(
  services: ConsoleServices,
  what: string,
  concern: Concern,
  signal: AbortSignal,
  load: () => Promise<void>,
): Promise<void> {
  let stale = true;
  let wake = new AbortController();
  const concerns =
    typeof concern === 'function' ? concern : ({ table }: Change): boolean => table === '*' || concern.includes(table);
  onChange(services, signal, (change) => {
    if (!concerns(change)) return;
    stale = true;
    wake.abort();
  });
  await listening(services, signal);
  // A lost connection is found out about at once, so that what is shown can say how old it is.
  let live = services.store.get(liveSlice);
  const unsubscribe = services.store.subscribe(() => {
    const before = live;
    live = services.store.get(liveSlice);
    if (live === before || live !== 'polling') return;
    stale = true;
    wake.abort();
  });
  signal.addEventListener('abort', unsubscribe, { once: true });
  let failing = false;
  while (!signal.aborted) {
    stale = false;
    try {
      await load();
      failing = false;
    } catch (error) {
      if (!failing && !signal.aborted) services.context.log.warn(`console: ${what} cannot be loaded`, { err: error });
      failing = true;
    }
    wake = new AbortController();
    if (!stale) await pause(failing ? RETRY_MS : POLL_MS, AbortSignal.any([signal, wake.signal]));
    if (stale) await pause(GATHER_MS, signal);
  }
}
