import { cleanLine } from '../model/text.ts';
import { listTargets, type TargetRow } from '../postgres/poll-targets.ts';
import { type CollectorCounts, type CollectorOptions, collectorActor } from './collector.ts';
import { POLL_PARTS, PollFailed, type Poller, type PollTarget } from './poller.ts';
import { DataRouter } from './router/data-router.ts';
import { pollInTime } from './schedule/poll-in-time.ts';

export interface OnceOptions extends Pick<
  CollectorOptions,
  'database' | 'telemetry' | 'presence' | 'pollersOf' | 'prepare' | 'timeoutMs' | 'log'
> {
  readonly organizationIds: readonly string[];
  /** Ends it before its time; rejects with the signal's reason then. */
  readonly signal: AbortSignal;
}

/** Polls every router once, everything that it has, and stores what it says. Takes no part in the sharing with other collectors. */
export async function collectOnce(
  options: OnceOptions,
): Promise<Pick<CollectorCounts, 'routers' | 'polls' | 'failures' | 'doubts'>> {
  const { database, telemetry, presence, pollersOf, prepare, log, organizationIds, signal } = options;
  const router = new DataRouter({
    database,
    telemetry,
    actor: collectorActor(presence),
    waysTo: (target) => pollersOf(target).length,
    log,
  });
  const counts = { routers: 0, polls: 0, failures: 0 };
  try {
    for (const id of organizationIds) {
      await prepare(id);
      const rows = [...(await listTargets(database.organization(id), null))];
      counts.routers += rows.length;
      const next = async (): Promise<void> => {
        for (let row = rows.pop(); row !== undefined; row = rows.pop()) {
          signal.throwIfAborted();
          await pollRow(row);
        }
      };
      await Promise.all(Array.from({ length: Math.min(presence.atOnce, rows.length) }, next));
    }
  } finally {
    await router.stop();
  }
  return { ...counts, doubts: router.takeCounts().doubts };

  async function pollRow({ share: _share, isOffline, ...target }: TargetRow): Promise<void> {
    router.put(target, isOffline);
    const pollers = pollersOf(target);
    for (const poller of pollers) {
      const parts = POLL_PARTS.filter((part) => pollers.find((one) => one.parts.includes(part)) === poller);
      counts.polls += 1;
      await poll(target, poller, parts);
    }
  }

  async function poll(target: PollTarget, poller: Poller, parts: Parameters<Poller['poll']>[1]): Promise<void> {
    const cut = new AbortController();
    const end = (): void => cut.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      router.read(target, poller, await pollInTime(poller, target, parts, { cut, timeoutMs: options.timeoutMs }));
    } catch (error) {
      signal.throwIfAborted();
      counts.failures += 1;
      const message = cleanLine(error instanceof Error ? error.message : String(error));
      log.warn(`${target.hostname}: ${message}`);
      router.failed(target, poller, error instanceof PollFailed ? error : new PollFailed('unreadable', message), 1);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }
}
