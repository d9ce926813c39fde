import { readApprovalInbox } from '../../../postgres/approval-inbox.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { watchWorkers } from '../../loaders/workers.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import { inboxSlice, MOST_PLANS, MOST_UPGRADES, setInbox } from './state.ts';

/** Upgrades that are carried out change all the time: what waits is read this often at most, and seldom if it takes long. */
const REST_MS = 500;
const REST = 4;

export async function loadApprovals(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const read = async (): Promise<void> => {
    const began = performance.now();
    const inbox = await readApprovalInbox(services.scope(), { upgrades: MOST_UPGRADES, plans: MOST_PLANS });
    if (signal.aborted) return;
    setInbox(services, inbox);
    await pause(Math.max(REST_MS, (performance.now() - began) * REST), signal);
  };
  await Promise.all([
    keepFresh(services, 'what waits for approval', ['upgrades', 'upgrade_plans', 'audit_events'], signal, () =>
      noted(services, inboxSlice, signal, read),
    ),
    watchWorkers(services, signal),
  ]);
}
