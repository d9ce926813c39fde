import { randomUUID } from 'node:crypto';
import { cleanLine } from '../model/text.ts';
import { DatabaseUnavailable, OutcomeUnknown } from '../postgres/database.ts';
import { TelemetryUnavailable } from '../telemetry/store.ts';
import { UpgradeRefused } from '../upgrades/errors.ts';
import type { Caller } from './caller.ts';
import { Busy, type FairQueue } from './fair-queue.ts';
import type { McpLog } from './log.ts';
import { Refusal } from './refusal.ts';

/** Longer than any statement or query may take. */
const DEADLINE_MS = 45_000;

/** What every call goes through. */
export interface CallServices<Context> {
  /** Who calls, as of now. Rejects with a `Refusal` for somebody who may not (any more). */
  readonly identify: () => Promise<Caller>;
  /** What their calls read: their organization's. */
  readonly open: (caller: Caller) => Context;
  readonly queue: FairQueue;
  readonly log: McpLog;
}

/** Carries one call out, when it is its turn; a line of the log tells of it. Rejects with a `Refusal` and nothing else. */
export async function carryOut<Context, Answer>(
  { identify, open, queue, log }: CallServices<Context>,
  what: string,
  work: (context: Context) => Promise<Answer>,
): Promise<Answer> {
  const start = performance.now();
  const who: Record<string, string | null> = {};
  const note = (level: 'info' | 'error', outcome: string, details: Readonly<Record<string, string>> = {}): void =>
    log(level, 'call', { what, outcome, ms: Math.round(performance.now() - start), ...who, ...details });
  try {
    const caller = await identify();
    Object.assign(who, { operator: caller.operator.name, organization: caller.organizationSlug, token: caller.token });
    const running = queue.run(caller.tokenId ?? caller.operator.id, () => work(open(caller)));
    const answer = await withDeadline(running);
    note('info', 'answered');
    return answer;
  } catch (error) {
    const known = explain(error);
    if (known !== null) {
      note('info', error instanceof Error ? error.name : 'Refusal');
      throw known;
    }
    const reference = randomUUID();
    const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    note('error', 'defect', { reference, error: cleanLine(told).slice(0, 500) });
    throw new Refusal(`The server failed at this call (reference ${reference}); the same call will fail again.`);
  }
}

async function withDeadline<T>(running: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Refusal('That took too long: ask for less, such as a shorter window or fewer rows.')),
    DEADLINE_MS,
  );
  try {
    return await Promise.race([running, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a model is told of a failure that it can act on; null for a defect of ours. */
function explain(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof UpgradeRefused) return new Refusal(error.message);
  if (error instanceof Busy) {
    return new Refusal('Too many of your calls are under way: wait for their answers before you make more.');
  }
  if (error instanceof OutcomeUnknown) {
    return new Refusal(
      'The database broke off while it saved, so it is not known whether it did: call get_router and look at open_upgrade before you try again.',
    );
  }
  if (error instanceof DatabaseUnavailable) {
    return new Refusal(
      error.message.includes('(57014)')
        ? 'The database took too long: ask for less, such as a smaller limit or a narrower filter.'
        : 'The database does not answer now: try again in half a minute.',
    );
  }
  if (error instanceof TelemetryUnavailable) {
    return new Refusal(
      'The telemetry store does not answer now: try again in half a minute, and decide nothing without its figures.',
    );
  }
  return null;
}
