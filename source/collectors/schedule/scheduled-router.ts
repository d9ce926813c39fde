import { POLL_PARTS, type Poller, type PollPart, type PollTarget } from '../poller.ts';
import { targetKey } from '../target-key.ts';
import { nextTurn, phaseOf } from './phase.ts';

/** Milliseconds between two polls of each part. */
export type Intervals = Readonly<Record<PollPart, number>>;

export const INTERVALS: Intervals = { health: 60_000, errors: 60_000, interfaces: 300_000, facts: 3_600_000 };

interface Turn {
  readonly part: PollPart;
  readonly intervalMs: number;
  readonly phaseMs: number;
  at: number;
}

/** What one poller reads of a router. */
export interface Lane {
  readonly poller: Poller;
  readonly turns: readonly Turn[];
  /** Polls in a row that failed. */
  failures: number;
}

/** A router with its turns. */
export class ScheduledRouter {
  readonly key: string;
  target: PollTarget;
  readonly lanes: readonly Lane[];
  /** Ends the poll that is under way. */
  cut: AbortController | null = null;
  /** The poll that is under way, until it has truly ended. */
  running: Promise<void> | null = null;
  isRemoved = false;

  constructor(target: PollTarget, pollers: readonly Poller[], intervals: Intervals, now: number) {
    this.key = targetKey(target);
    this.target = target;
    const shortest = Math.min(...Object.values(intervals));
    this.lanes = pollers.flatMap((poller) => {
      // Each part is read by the first poller that can.
      const parts = POLL_PARTS.filter((part) => pollers.find((one) => one.parts.includes(part)) === poller);
      const turns = parts.map((part): Turn => {
        const intervalMs = intervals[part];
        const phaseMs = phaseOf(this.key, intervalMs, shortest);
        // What changes seldom is wanted once at the start, with the first turn of all.
        const first = part === 'facts' ? phaseOf(this.key, shortest, shortest) : phaseMs;
        return { part, intervalMs, phaseMs, at: nextTurn(now, first, part === 'facts' ? shortest : intervalMs) };
      });
      return turns.length === 0 ? [] : [{ poller, turns, failures: 0 }];
    });
  }

  /** When it is next to be polled; null: no poller can read it. */
  get nextAt(): number | null {
    const times = this.lanes.flatMap(({ turns }) => turns.map(({ at }) => at));
    return times.length === 0 ? null : Math.min(...times);
  }

  /** What is due, and what is due so soon that one poll does for both. */
  dueParts(lane: Lane, now: number): readonly PollPart[] {
    const until = now + Math.min(...lane.turns.map(({ intervalMs }) => intervalMs)) / 20;
    return lane.turns.some(({ at }) => at <= now)
      ? lane.turns.filter(({ at }) => at <= until).map(({ part }) => part)
      : [];
  }

  /** Parts were polled well: gives them their next turns. */
  succeed(lane: Lane, parts: readonly PollPart[], now: number): void {
    lane.failures = 0;
    for (const turn of lane.turns) {
      // One that was polled a little early is not due again at the turn that it was polled for.
      if (parts.includes(turn.part)) turn.at = nextTurn(Math.max(now, turn.at), turn.phaseMs, turn.intervalMs);
    }
  }

  /** A poller got nothing: it leaves the router alone for a time, with all that it reads of it. */
  fail(lane: Lane, parts: readonly PollPart[], now: number, pauseMs: (failures: number) => number): void {
    lane.failures += 1;
    const again = now + pauseMs(lane.failures);
    for (const turn of lane.turns) turn.at = parts.includes(turn.part) ? again : Math.max(turn.at, again);
  }
}
