import type { Router } from '../../../model/router.ts';
import { getRouters } from '../../../postgres/routers.ts';
import { onChange } from '../../loaders/live-changes.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import { defineSlice } from '../../state/slice.ts';
import { routersInSight } from './selection.ts';
import { policyListSlice, policyTable } from './state.ts';

interface ReadRow {
  /** Null: there is no such router any more. */
  readonly router: Router | null;
  readonly round: number;
}

/** Rows that have been read, by router id: those in sight, and around where one has been. */
export const policyRowsSlice = defineSlice<ReadonlyMap<string, ReadRow>>('policy.rows', () => new Map());
/** Rows of an earlier round may have changed since; they are shown until they are read again. */
const roundSlice = defineSlice('policy.round', () => 0);

/** While somebody scrolls, rows are left alone for so long. */
const SETTLE_MS = 60;
const RETRY_MS = 1000;
/** More are forgotten but for those in sight. */
const MOST_ROWS = 2000;

/** Has the rows in sight read again. */
export function readRowsAgain({ store }: ConsoleServices): void {
  store.update(roundSlice, (round) => round + 1);
}

/** Reads the rows in sight and a page on both sides, anew when they change, until the signal aborts. */
export async function keepRows(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { store, context } = services;
  onChange(services, signal, ({ table, ids }) => {
    const known = store.get(policyRowsSlice);
    if (table === '*' || (table === 'routers' && (ids === null || ids.some((id) => known.has(id))))) {
      readRowsAgain(services);
    }
  });
  let failing = false;
  while (!signal.aborted) {
    const ids = missingIds(services);
    if (ids.length === 0) await changed(services, signal);
    else {
      try {
        const round = store.get(roundSlice);
        const routers = await getRouters(services.scope(), ids);
        if (!signal.aborted) addRows(services, ids, routers, round);
        failing = false;
      } catch (error) {
        if (!failing && !signal.aborted) {
          context.log.warn('console: the routers of the policy cannot be read', { err: error });
        }
        failing = true;
      }
    }
    await pause(failing ? RETRY_MS : SETTLE_MS, signal);
  }
}

function missingIds(services: ConsoleServices): readonly string[] {
  const { store } = services;
  const known = store.get(policyRowsSlice);
  const round = store.get(roundSlice);
  const missing = (id: string): boolean => known.get(id)?.round !== round;
  return idsAround(services, 0).some(missing) ? idsAround(services, 1).filter(missing) : [];
}

/** Ids of the rows in sight and of some pages before and after them. */
function idsAround(services: ConsoleServices, pages: number): readonly string[] {
  const { top } = services.store.get(policyListSlice);
  const height = routersInSight(services);
  return policyTable
    .rowsShown(services)
    .slice(Math.max(0, top - pages * height), top + (1 + pages) * height)
    .map(({ id }) => id);
}

function addRows(services: ConsoleServices, ids: readonly string[], routers: readonly Router[], round: number): void {
  const { store } = services;
  const known = store.get(policyRowsSlice);
  const read = new Map(routers.map((router) => [router.id, router]));
  const inSight = new Set(idsAround(services, 0));
  const kept = known.size < MOST_ROWS ? known : [...known].filter(([id]) => inSight.has(id));
  store.set(
    policyRowsSlice,
    new Map([...kept, ...ids.map((id) => [id, { router: read.get(id) ?? null, round }] as const)]),
  );
}

async function changed({ store }: ConsoleServices, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      unsubscribe();
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const unsubscribe = store.subscribe(stop);
    signal.addEventListener('abort', stop, { once: true });
  });
}
