import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { randomFrom } from '../../../test/support/random.ts';
import { PollFailed, type Poller, type PollPart, type PollTarget, type Reading } from '../poller.ts';
import { PollSchedule, type ScheduleOptions } from './poll-schedule.ts';
import { INTERVALS } from './scheduled-router.ts';

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function aTarget(routerId: string): PollTarget {
  const place = { site: null, vendor: null, platform: null, model: null, address: '192.0.2.1', hostKey: null };
  return { organizationId: 'o', routerId, hostname: routerId, snmpPort: 161, sshPort: 22, ...place };
}

interface Poll {
  readonly routerId: string;
  readonly at: number;
  readonly parts: readonly PollPart[];
}

/** A poller whose answers take some time, and that keeps a record; `answer` rejects for routers that do not. */
class FakePoller implements Poller {
  readonly name = 'snmp';
  readonly parts: readonly PollPart[] = ['health', 'interfaces', 'errors', 'facts'];
  readonly polls: Poll[] = [];
  readonly forgotten: string[] = [];
  readonly now = new Set<string>();
  most = 0;
  overlaps = 0;
  takesMs = 100;
  answer: (target: PollTarget) => Promise<void> = () => Promise.resolve();

  async poll(target: PollTarget, parts: readonly PollPart[], signal: AbortSignal): Promise<Reading> {
    const { routerId } = target;
    this.polls.push({ routerId, at: performance.now(), parts });
    if (this.now.has(routerId)) this.overlaps += 1;
    this.now.add(routerId);
    this.most = Math.max(this.most, this.now.size);
    try {
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(resolve, this.takesMs);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(new Error('cut'));
        });
      });
      await this.answer(target);
    } finally {
      this.now.delete(routerId);
    }
    return { at: Date.now(), points: [], facts: null, missing: [] };
  }

  forget({ routerId }: PollTarget): void {
    this.forgotten.push(routerId);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function aSchedule(poller: FakePoller, options: Partial<ScheduleOptions> = {}) {
  const heard: string[] = [];
  const schedule = new PollSchedule({
    intervals: INTERVALS,
    pollersOf: () => [poller],
    sink: {
      read: ({ routerId }) => heard.push(`${routerId} read`),
      failed: ({ routerId }, _poller, { why, message }, failures) =>
        heard.push(`${routerId} ${why} ${failures}: ${message}`),
    },
    atOnce: 1000,
    timeoutMs: 10_000,
    backOff: { firstMs: MINUTE, longestMs: 15 * MINUTE },
    mayPoll: () => true,
    random: () => 0.5,
    ...options,
  });
  return { schedule, heard };
}

const pollsOf = (poller: FakePoller, part: PollPart): readonly Poll[] =>
  poller.polls.filter(({ parts }) => parts.includes(part));

function perRouter(polls: readonly Poll[]): number[] {
  const counts = new Map<string, number>();
  for (const { routerId } of polls) counts.set(routerId, (counts.get(routerId) ?? 0) + 1);
  return [...new Set(counts.values())].toSorted((a, b) => a - b);
}

describe('the schedule', () => {
  it('polls each part of each router at its interval, the routers spread evenly over it', async () => {
    const poller = new FakePoller();
    const { schedule } = aSchedule(poller);
    for (let n = 0; n < 600; n += 1) schedule.put(aTarget(`r${n}`));
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(perRouter(pollsOf(poller, 'health'))).toEqual([30]);
    expect(perRouter(pollsOf(poller, 'interfaces'))).toEqual([6]);
    expect(Math.min(...perRouter(pollsOf(poller, 'facts')))).toBe(1);
    // Interfaces are read with a poll of health, not by one more.
    expect(poller.polls).toHaveLength(30 * 600);
    const bySecond = new Map<number, number>();
    for (const { at } of poller.polls)
      bySecond.set(Math.floor(at / 1000), (bySecond.get(Math.floor(at / 1000)) ?? 0) + 1);
    // Ten a second on average.
    expect(Math.max(...bySecond.values())).toBeLessThan(27);
    expect(poller.overlaps).toBe(0);
    expect(schedule.takeCounts()).toEqual({ polls: 18_000, failures: 0, late: 0 });
    await schedule.stop();
  });

  it('keeps the place of a router in the interval when it comes anew, and gives it no extra polls', async () => {
    const [first, second] = [new FakePoller(), new FakePoller()];
    const [one, other] = [aSchedule(first).schedule, aSchedule(second).schedule];
    one.put(aTarget('r1'));
    await vi.advanceTimersByTimeAsync(17_000);
    other.put(aTarget('r1'));
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    const seconds = (poller: FakePoller): number[] => [
      ...new Set(poller.polls.map(({ at }) => Math.round(at) % MINUTE)),
    ];
    expect(seconds(first)).toHaveLength(1);
    expect(seconds(second)).toEqual(seconds(first));
    await Promise.all([one.stop(), other.stop()]);
  });

  it('counts neither a poll that is under way nor one that was broken off, whose answer nobody gets', async () => {
    const poller = new FakePoller();
    poller.takesMs = 5000;
    const { schedule, heard } = aSchedule(poller);
    schedule.put(aTarget('r1'));
    while (poller.polls.length === 0) await vi.advanceTimersByTimeAsync(1000);
    expect(schedule.takeCounts()).toMatchObject({ polls: 0, failures: 0 });
    await vi.advanceTimersByTimeAsync(5000);
    expect(schedule.takeCounts()).toMatchObject({ polls: 1, failures: 0 });
    while (poller.polls.length === 1) await vi.advanceTimersByTimeAsync(1000);
    await schedule.remove(aTarget('r1'), { cut: true });
    expect(schedule.takeCounts()).toMatchObject({ polls: 0, failures: 0 });
    expect(heard).toEqual(['r1 read']);
    await schedule.stop();
  });

  it('has no more polls under way than it may, is late then, and says so', async () => {
    const poller = new FakePoller();
    poller.takesMs = 2000;
    const { schedule } = aSchedule(poller, { atOnce: 10 });
    for (let n = 0; n < 600; n += 1) schedule.put(aTarget(`r${n}`));
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(poller.most).toBe(10);
    expect(poller.overlaps).toBe(0);
    expect(schedule.takeCounts().late).toBeGreaterThan(500);
    // Five a second is all that it can do: what was missed is not made up for.
    expect(poller.polls.length).toBeLessThanOrEqual(5 * 300 + 10);
    await schedule.stop();
  });

  it('leaves a silent router alone for longer each time, up to a quarter of an hour, and is back at once when it answers', async () => {
    const poller = new FakePoller();
    poller.answer = () => Promise.reject(new PollFailed('silent', 'no answer'));
    const { schedule, heard } = aSchedule(poller);
    schedule.put(aTarget('r1'));
    await vi.advanceTimersByTimeAsync(120 * MINUTE);
    const gaps = poller.polls
      .slice(1)
      .map(({ at }, index) => Math.round((at - (poller.polls[index]?.at ?? 0)) / MINUTE));
    expect(gaps.slice(0, 6)).toEqual([1, 2, 4, 8, 15, 15]);
    expect(heard.slice(0, 2)).toEqual(['r1 silent 1: no answer', 'r1 silent 2: no answer']);
    poller.answer = () => Promise.resolve();
    const before = poller.polls.length;
    await vi.advanceTimersByTimeAsync(30 * MINUTE);
    expect(poller.polls.length - before).toBeGreaterThan(14);
    await schedule.stop();
  });

  it('does not let silent routers come back together', async () => {
    const poller = new FakePoller();
    const random = randomFrom(7);
    poller.answer = () => Promise.reject(new PollFailed('silent', 'no answer'));
    const { schedule } = aSchedule(poller, { random });
    for (let n = 0; n < 300; n += 1) schedule.put(aTarget(`r${n}`));
    await vi.advanceTimersByTimeAsync(90 * MINUTE);
    const bySecond = new Map<number, number>();
    for (const { at } of poller.polls.filter(({ at: time }) => time > 60 * MINUTE)) {
      bySecond.set(Math.floor(at / 1000), (bySecond.get(Math.floor(at / 1000)) ?? 0) + 1);
    }
    expect(Math.max(...bySecond.values())).toBeLessThan(10);
    await schedule.stop();
  });

  it('breaks off a poll that takes too long, and goes on with others meanwhile', async () => {
    const poller = new FakePoller();
    poller.takesMs = 10 * MINUTE;
    const { schedule, heard } = aSchedule(poller, { atOnce: 1 });
    schedule.put(aTarget('r1'));
    await vi.advanceTimersByTimeAsync(MINUTE + 11_000);
    expect(heard[0]).toBe('r1 silent 1: no answer over SNMP within 10 s');
    expect(poller.now.size).toBe(0);
    await schedule.stop();
  });

  it('polls a router again only when its poller has let go of it, and keeps no other waiting for that', async () => {
    const poller = new FakePoller();
    const hang = Promise.withResolvers<void>();
    poller.answer = ({ routerId }) => (routerId === 'r1' ? hang.promise : Promise.resolve());
    const { schedule } = aSchedule(poller, { atOnce: 1 });
    schedule.put(aTarget('r1'));
    await vi.advanceTimersByTimeAsync(MINUTE);
    schedule.put(aTarget('r2'));
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    const count = (id: string): number => poller.polls.filter(({ routerId }) => routerId === id).length;
    expect(count('r1')).toBe(1);
    expect(count('r2')).toBeGreaterThan(8);
    hang.resolve();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(count('r1')).toBeGreaterThan(4);
    await schedule.stop();
  });

  it('is not disturbed by a clock that is set', async () => {
    const poller = new FakePoller();
    const { schedule } = aSchedule(poller);
    schedule.put(aTarget('r1'));
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    vi.setSystemTime(Date.now() - 24 * 60 * MINUTE);
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    vi.setSystemTime(Date.now() + 48 * 60 * MINUTE);
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(poller.polls).toHaveLength(15);
    await schedule.stop();
  });

  it('lets a poll end before a router is handed over, or breaks it off, and forgets it then', async () => {
    const poller = new FakePoller();
    poller.takesMs = 2 * MINUTE;
    const { schedule, heard } = aSchedule(poller, { timeoutMs: 3 * MINUTE });
    for (const id of ['r1', 'r2']) schedule.put(aTarget(id));
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(poller.now.size).toBe(2);
    const [waits, cut] = [
      schedule.remove(aTarget('r1'), { cut: false }),
      schedule.remove(aTarget('r2'), { cut: true }),
    ];
    await cut;
    expect(poller.forgotten).toEqual(['r2']);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    await waits;
    expect(poller.forgotten).toEqual(['r2', 'r1']);
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(poller.polls).toHaveLength(2);
    // Neither is news: the router is another collector's.
    expect(heard).toEqual([]);
  });

  it('does not poll a router that comes back before its last poll has ended', async () => {
    const poller = new FakePoller();
    poller.takesMs = 2 * MINUTE;
    const { schedule } = aSchedule(poller, { timeoutMs: 3 * MINUTE });
    schedule.put(aTarget('r1'));
    await vi.advanceTimersByTimeAsync(MINUTE);
    const removed = schedule.remove(aTarget('r1'), { cut: false });
    schedule.put(aTarget('r1'));
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    await removed;
    expect(poller.overlaps).toBe(0);
    expect(poller.polls.length).toBeGreaterThan(2);
    await schedule.stop();
  });

  it('begins nothing while it may not, and what is due at once when it may', async () => {
    const poller = new FakePoller();
    let allowed = false;
    const { schedule } = aSchedule(poller, { mayPoll: () => allowed });
    schedule.put(aTarget('r1'));
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(poller.polls).toEqual([]);
    allowed = true;
    schedule.wake();
    await vi.advanceTimersByTimeAsync(1000);
    expect(poller.polls).toHaveLength(1);
    await schedule.stop();
  });
});
