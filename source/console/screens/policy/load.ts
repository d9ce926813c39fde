import { getPolicy, policyRouters } from '../../../postgres/policies.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { keepRows, policyRowsSlice, readRowsAgain } from './rows.ts';
import { setPolicy } from './selection.ts';
import { noPolicy, policyListSlice, policySlice } from './state.ts';

/** Finding the routers of a policy among 100,000 takes PostgreSQL most of a second: it gets so many times that long for others. */
const REST = 4;
const QUICK_MS = 100;

/** Keeps the policy and the ids of its routers fresh, and reads the rows that come into sight. */
export async function loadPolicy(services: ConsoleServices, policyId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  // What another policy left must not be shown under this one's name, not even for a moment.
  if (store.get(policySlice).policyId !== policyId) {
    store.set(policySlice, noPolicy(policyId));
    store.set(policyListSlice, LIST_START);
    store.set(policyRowsSlice, new Map());
  }
  const read = async (): Promise<void> => {
    const scope = services.scope();
    const began = performance.now();
    const [policy, routerIds] = await Promise.all([getPolicy(scope, policyId), policyRouters(scope, policyId)]);
    if (signal.aborted) return;
    const took = performance.now() - began;
    const state = policy === null ? 'missing' : 'here';
    const readAt = services.context.now().getTime();
    setPolicy(services, { policyId, policy, routerIds, state, readAt, failed: false });
    // A change of them may have been missed.
    readRowsAgain(services);
    if (took > QUICK_MS) await pause(took * REST, signal);
  };
  await Promise.all([
    keepFresh(services, `policy ${policyId}`, ['upgrade_policies', 'routers'], signal, () =>
      noted(services, policySlice, signal, read),
    ),
    keepRows(services, signal),
  ]);
}
