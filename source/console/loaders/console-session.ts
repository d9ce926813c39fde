import { closeSession, openSession, type SessionEnd, touchSession } from '../../postgres/console-sessions.ts';
import type { Loader } from '../application.ts';
import { pause } from '../pause.ts';
import type { ConsoleServices } from '../services.ts';
import { onChange } from './live-changes.ts';

/** Signs of life: a session counts as open for four of them. */
const EVERY_MS = 15_000;

/**
 * Registers the console in the organization that it shows, so that an admin sees it and can end it: noticed at once, or at the next sign of
 * life if the message was lost. While PostgreSQL is away the console goes on, and is told afterwards.
 */
export const consoleSession: Loader = {
  id: 'session',
  farewell: true,
  async start(services, signal) {
    const { context } = services;
    const scope = services.scope();
    const actor = services.actor();
    let id: string | null = null;
    let failing = false;
    let wake = new AbortController();
    onChange(services, signal, ({ table, ids }) => {
      if (table === '*' || (table === 'console_sessions' && (id === null || ids?.includes(id) !== false))) wake.abort();
    });
    while (!signal.aborted) {
      wake = new AbortController();
      try {
        if (id === null) id = await openSession(scope, actor, context.place ?? NOWHERE);
        const end = await touchSession(scope, id, context.operator);
        failing = false;
        if (end !== null && !signal.aborted) return services.endSession(sentenceOf(end, services));
      } catch (error) {
        if (!failing && !signal.aborted) context.log.warn('console: no sign of life is given', { err: error });
        failing = true;
      }
      await pause(EVERY_MS, AbortSignal.any([signal, wake.signal]));
    }
    if (id !== null) await closeSession(scope, id).catch(() => undefined);
  },
};

const NOWHERE = { identity: null, remote: null, terminal: null };

function sentenceOf({ by, reason }: SessionEnd, { context }: ConsoleServices): string {
  if (by === null) return `The operator ${context.operator.name} is disabled; the session was ended.`;
  return `This session was ended by ${by}${reason === null || reason === '' ? '' : `: ${reason}`}.`;
}
