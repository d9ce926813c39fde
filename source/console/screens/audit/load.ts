import { auditTail, chainState } from '../../../postgres/audit-tail.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import { auditFilterSlice, auditSlice, MOST_ROWS, setAudit } from './state.ts';

/** The trail grows all the time: it is read this often at most, and more seldom if that takes long. */
const REST_MS = 500;
const REST = 4;
/** A filter that is being written is asked for when no key came for so long. */
const SETTLE_MS = 80;

/** Keeps the newest rows that fit the filter in the state: anew when rows are appended, and when the filter changes. */
export async function loadAudit(services: ConsoleServices, signal: AbortSignal): Promise<void> {
  const { store, context } = services;
  const read = async (): Promise<void> => {
    const { filter } = store.get(auditFilterSlice);
    const scope = services.scope();
    const [rows, chain] = await Promise.all([auditTail(scope, filter, MOST_ROWS), chainState(scope)]);
    // An answer to a filter that is not asked for any more would only confuse.
    if (!signal.aborted && store.get(auditFilterSlice).filter === filter) setAudit(services, rows, chain);
  };
  const readSettled = async (given: AbortSignal): Promise<void> => {
    await pause(SETTLE_MS, given);
    if (!given.aborted) await noted(services, auditSlice, signal, read);
  };
  let asked = store.get(auditFilterSlice).filter;
  let settling = new AbortController();
  const unsubscribe = store.subscribe(() => {
    const { filter } = store.get(auditFilterSlice);
    if (filter === asked) return;
    asked = filter;
    settling.abort();
    settling = new AbortController();
    const failed = (error: unknown): void =>
      context.log.warn('console: the audit trail cannot be read', { err: error });
    readSettled(AbortSignal.any([signal, settling.signal])).catch(failed);
  });
  signal.addEventListener('abort', unsubscribe, { once: true });
  await keepFresh(services, 'the audit trail', ['audit_events'], signal, async () => {
    const began = performance.now();
    await noted(services, auditSlice, signal, read);
    await pause(Math.max(REST_MS, (performance.now() - began) * REST), signal);
  });
}
