import { getPolicy, policyRouters } from '../../../postgres/policies.ts';
import { getRouters } from '../../../postgres/routers.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START, moveTo } from '../../state/list.ts';
import { pause } from '../../pause.ts';
import { noPolicy, policyListSlice, policyRowsSlice, policySlice } from './state.ts';

/** Lines above the rows: two of facts, the head. */
const HEAD_LINES = 3;
const SETTLE_MS = 60;

/** Keeps the policy and the ids of its routers fresh, and reads the rows that come into sight. */
export async function loadPolicy(services: ConsoleServices, policyId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  if (store.get(policySlice).policyId !== policyId) {
    store.set(policySlice, noPolicy(policyId));
    store.set(policyListSlice, LIST_START);
    store.set(policyRowsSlice, new Map());
  }
  const ids = keepFresh(services, `policy ${policyId}`, ['upgrade_policies', 'routers'], signal, async () => {
    const scope = services.scope();
    const [policy, routerIds] = await Promise.all([getPolicy(scope, policyId), policyRouters(scope, policyId)]);
    if (signal.aborted) return;
    store.set(policySlice, { policyId, policy, routerIds });
    // Read again what is in sight: it may be what changed.
    store.set(policyRowsSlice, new Map());
    store.update(policyListSlice, (list) => moveTo(list, list.cursor, routerIds.length, inSight(services)));
  });
  await Promise.all([ids, keepRows(services, signal)]);
}

export function inSight(services: ConsoleServices): number {
  return Math.max(1, services.body().rows - HEAD_LINES);
}

/** A page above and below the rows in sight, so that most scrolling finds its rows there. */
async function keepRows(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { store, context } = services;
  while (!signal.aborted) {
    const missing = missingIds(services);
    if (missing.length === 0) await changed(services, signal);
    else {
      try {
        const routers = await getRouters(services.scope(), missing);
        const known = store.get(policyRowsSlice);
        if (!signal.aborted)
          store.set(policyRowsSlice, new Map([...known, ...routers.map((row) => [row.id, row] as const)]));
        if (routers.length < missing.length) await changed(services, signal);
      } catch (error) {
        context.log.warn('console: the routers of the policy cannot be read', { err: error });
        await pause(1000, signal);
      }
    }
  }
}

function missingIds(services: ConsoleServices): readonly string[] {
  const { store } = services;
  const { routerIds } = store.get(policySlice);
  if (routerIds === null) return [];
  const height = inSight(services);
  const { top } = store.get(policyListSlice);
  const known = store.get(policyRowsSlice);
  const visible = routerIds.slice(top, top + height);
  if (visible.every((id) => known.has(id))) return [];
  return routerIds.slice(Math.max(0, top - height), top + 2 * height).filter((id) => !known.has(id));
}

async function changed({ store }: ConsoleServices, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      unsubscribe();
      resolve();
    };
    const unsubscribe = store.subscribe(stop);
    signal.addEventListener('abort', stop, { once: true });
  });
  await pause(SETTLE_MS, signal);
}
