import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { cleanLine } from '../../model/text.ts';
import { PollFailed, type Poller, type PollPart, type PollTarget, type Reading } from '../poller.ts';
import { targetKey } from '../target-key.ts';
import { type BackOff, backOffMs } from './back-off.ts';
import { DueQueue } from './due-queue.ts';
import { pollInTime } from './poll-in-time.ts';
import { type Intervals, type Lane, ScheduledRouter } from './scheduled-router.ts';

/** What is done with what polls find. Neither may throw. */
export interface PollSink {
  read(target: PollTarget, poller: Poller, reading: Reading): void;
  failed(target: PollTarget, poller: Poller, failure: PollFailed, failures: number): void;
}

export interface ScheduleOptions {
  readonly intervals: Intervals;
  /** The pollers that can read a router, the preferred one first. */
  readonly pollersOf: (target: PollTarget) => readonly Poller[];
  readonly sink: PollSink;
  /** How many routers are polled at once at most. */
  readonly atOnce: number;
  /** How long one poll may take, milliseconds. */
  readonly timeoutMs: number;
  readonly backOff: BackOff;
  /** Whether polls may begin now; see `wake`. */
  readonly mayPoll: () => boolean;
  readonly random?: () => number;
}

/** What has been done since the last time it was asked for. */
export interface ScheduleCounts {
  /** That ended: not those that are under way, nor those that were broken off, so that the difference to failures was answered. */
  polls: number;
  failures: number;
  /** Begun more than a tenth of the shortest interval after their turn. */
  late: number;
}

/** The longest that a timer can wait for is 24 days; a look now and then does no harm. */
const LONGEST_SLEEP_MS = 60_000;
/** How long a poller has to end a poll that was broken off. */
const STUCK_MS = 5000;

/**
 * Polls routers in turns that are spread over the intervals: each has a place of its own there, by its id, so that any number of routers
 * makes an even load. A router is never polled twice at once. Goes by a clock that no time server sets.
 */
export class PollSchedule {
  readonly #options: ScheduleOptions;
  readonly #routers = new Map<string, ScheduledRouter>();
  /** Routers that are no longer polled, until their last poll has ended; and those of them that came back meanwhile. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #returning = new Map<string, PollTarget>();
  readonly #due = new DueQueue<ScheduledRouter>();
  readonly #lateMs: number;
  #busy = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #counts: ScheduleCounts = { polls: 0, failures: 0, late: 0 };

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#lateMs = Math.min(...Object.values(options.intervals)) / 10;
  }

  get size(): number {
    return this.#routers.size;
  }

  /** What has been done since this was asked for last. */
  takeCounts(): ScheduleCounts {
    const counts = this.#counts;
    this.#counts = { polls: 0, failures: 0, late: 0 };
    return counts;
  }

  targets(): readonly PollTarget[] {
    return [...this.#routers.values()].map(({ target }) => target);
  }

  /** A router is polled from now on; one that is already, as it is described now. */
  put(target: PollTarget): void {
    if (this.#stopped) return;
    const ending = this.#ending.get(targetKey(target));
    if (ending !== undefined) {
      // It comes back while it is polled for the last time.
      this.#returning.set(targetKey(target), target);
      void this.#putAfter(ending, targetKey(target));
      return;
    }
    const known = this.#routers.get(targetKey(target));
    if (known !== undefined) {
      this.#change(known, target);
      return;
    }
    const { pollersOf, intervals } = this.#options;
    const router = new ScheduledRouter(target, pollersOf(target), intervals, performance.now());
    this.#routers.set(router.key, router);
    this.#enqueue(router);
    this.wake();
  }

  /**
   * A router is no longer polled. Resolves when the poll that is under way has ended, and nothing more is heard of it. `cut`: it is broken
   * off.
   */
  async remove(
    target: Pick<PollTarget, 'organizationId' | 'routerId'>,
    { cut }: { readonly cut: boolean },
  ): Promise<void> {
    this.#returning.delete(targetKey(target));
    const router = this.#routers.get(targetKey(target));
    if (router === undefined) return;
    this.#routers.delete(router.key);
    router.isRemoved = true;
    if (cut) router.cut?.abort();
    const ended = this.#forget(router, router.target);
    this.#ending.set(router.key, ended);
    await ended;
    if (this.#ending.get(router.key) === ended) this.#ending.delete(router.key);
  }

  /** Begins what is due: to be called when `mayPoll` has become true. */
  wake(): void {
    clearTimeout(this.#timer);
    if (this.#stopped || !this.#options.mayPoll()) return;
    while (this.#busy < this.#options.atOnce && (this.#due.nextAt ?? Infinity) <= performance.now()) {
      const due = this.#due.pop();
      if (due !== null && !due.item.isRemoved) this.#begin(due.item, due.at);
    }
    const next = this.#due.nextAt;
    // With all places taken the end of a poll wakes it.
    if (next === null || this.#busy >= this.#options.atOnce) return;
    const wait = Math.min(LONGEST_SLEEP_MS, Math.max(1, Math.ceil(next - performance.now())));
    this.#timer = setTimeout(() => this.wake(), wait);
  }

  /** Breaks off every poll; resolves when all have ended, or had the time to. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    const ended = Promise.all([...this.#routers.values()].map(({ target }) => this.remove(target, { cut: true })));
    const cut = new AbortController();
    await Promise.race([ended, delay(STUCK_MS, undefined, { signal: cut.signal }).catch(() => undefined)]);
    cut.abort();
  }

  async #putAfter(ending: Promise<void>, key: string): Promise<void> {
    await ending;
    const target = this.#returning.get(key);
    this.#returning.delete(key);
    this.#ending.delete(key);
    if (target !== undefined) this.put(target);
  }

  /** What pollers remember of a router that is somewhere else now, or something else, is not true any more. */
  #change(router: ScheduledRouter, target: PollTarget): void {
    const before = router.target;
    if (isDeepStrictEqual(before, target)) return;
    router.target = target;
    void this.#forget(router, before);
  }

  async #forget(router: ScheduledRouter, target: PollTarget): Promise<void> {
    await router.running;
    for (const { poller } of router.lanes) poller.forget(target);
  }

  #enqueue(router: ScheduledRouter): void {
    const at = router.nextAt;
    if (at !== null && !router.isRemoved) this.#due.push(at, router);
  }

  #begin(router: ScheduledRouter, at: number): void {
    if (performance.now() - at > this.#lateMs) this.#counts.late += 1;
    this.#busy += 1;
    let isFree = false;
    const free = (): void => {
      if (isFree) return;
      isFree = true;
      this.#busy -= 1;
      this.wake();
    };
    // A poller that does not let go is a defect: its router waits for it, and no other router does.
    const stuck = setTimeout(free, router.lanes.length * this.#options.timeoutMs + STUCK_MS);
    // It is in the queue again only when it has ended, so that it is not polled twice at once.
    router.running = this.#pollLanes(router).finally(() => {
      clearTimeout(stuck);
      router.running = null;
      router.cut = null;
      this.#enqueue(router);
      free();
    });
  }

  async #pollLanes(router: ScheduledRouter): Promise<void> {
    for (const lane of router.lanes) {
      const parts = router.dueParts(lane, performance.now());
      if (parts.length > 0 && !router.isRemoved) await this.#poll(router, lane, parts);
    }
  }

  async #poll(router: ScheduledRouter, lane: Lane, parts: readonly PollPart[]): Promise<void> {
    const { sink, timeoutMs, backOff, random = Math.random } = this.#options;
    const { target } = router;
    router.cut = new AbortController();
    try {
      const reading = await pollInTime(lane.poller, target, parts, { cut: router.cut, timeoutMs });
      router.succeed(lane, parts, performance.now());
      if (router.isRemoved) return;
      this.#counts.polls += 1;
      sink.read(target, lane.poller, reading);
    } catch (error) {
      router.fail(lane, parts, performance.now(), (failures) => backOffMs(backOff, failures, random));
      // Broken off by us: that says nothing of the router.
      if (router.isRemoved) return;
      this.#counts.polls += 1;
      this.#counts.failures += 1;
      sink.failed(target, lane.poller, toFailure(error), lane.failures);
    }
  }
}

function toFailure(error: unknown): PollFailed {
  if (error instanceof PollFailed) return error;
  return new PollFailed('unreadable', cleanLine(error instanceof Error ? error.message : String(error)).slice(0, 300));
}
