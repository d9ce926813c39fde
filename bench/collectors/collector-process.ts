import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { type Poller, POLL_PARTS, type PollPart, type PollTarget } from '../../source/collectors/poller.ts';
import { PollSchedule } from '../../source/collectors/schedule/poll-schedule.ts';
import { openSnmpPoller } from '../../source/collectors/snmp/snmp-poller.ts';
import { PLATFORMS } from '../../source/model/platform.ts';
import { answerParent } from '../upgrades/child.ts';

export type CollectorQuestion =
  /** Polls by the schedule; what is used is counted after the warm-up, in which each router is polled for the first time. */
  | {
      readonly kind: 'schedule';
      readonly ports: readonly number[];
      readonly interfacesMs: number;
      readonly warmUpMs: number;
      readonly measureMs: number;
    }
  /** Polls one part of the routers as fast as it can. */
  | {
      readonly kind: 'flat out';
      readonly ports: readonly number[];
      readonly part: PollPart;
      readonly measureMs: number;
    };

const ports = z.array(z.number());
const questionSchema: z.ZodType<CollectorQuestion> = z.union([
  z.object({
    kind: z.literal('schedule'),
    ports,
    interfacesMs: z.number(),
    warmUpMs: z.number(),
    measureMs: z.number(),
  }),
  z.object({ kind: z.literal('flat out'), ports, part: z.enum(POLL_PARTS), measureMs: z.number() }),
]);

/** What polling took. */
export interface CollectorFigures {
  readonly polls: number;
  readonly failures: number;
  readonly late: number;
  readonly points: number;
  /** Processor time in the time that was measured. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly residentMb: number;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const AT_ONCE = 500;
const AT_ONCE_FLAT_OUT = 32;

answerParent(async (asked): Promise<CollectorFigures & Record<string, number>> => {
  const question = questionSchema.parse(asked);
  const poller = openSnmpPoller({ loginOf: () => Promise.resolve({ version: '2c', community: 'public' }) });
  try {
    return question.kind === 'schedule' ? await bySchedule(poller, question) : await flatOut(poller, question);
  } finally {
    await poller.close();
  }
});

async function bySchedule(
  poller: Poller,
  question: Extract<CollectorQuestion, { kind: 'schedule' }>,
): Promise<CollectorFigures & Record<string, number>> {
  let points = 0;
  const schedule = new PollSchedule({
    intervals: { health: MINUTE, errors: MINUTE, interfaces: question.interfacesMs, facts: DAY },
    pollersOf: () => [poller],
    sink: { read: (_target, _poller, reading) => (points += reading.points.length), failed: () => undefined },
    atOnce: AT_ONCE,
    timeoutMs: 10_000,
    backOff: { firstMs: MINUTE, longestMs: 15 * MINUTE },
    mayPoll: () => true,
  });
  for (const target of question.ports.map((port, index) => targetOf(port, index))) schedule.put(target);
  await delay(question.warmUpMs);
  schedule.takeCounts();
  points = 0;
  const measure = begin();
  await delay(question.measureMs);
  const used = measure();
  const figures = { ...schedule.takeCounts(), points, ...used };
  await schedule.stop();
  return figures;
}

async function flatOut(
  poller: Poller,
  { ports: all, part, measureMs }: Extract<CollectorQuestion, { kind: 'flat out' }>,
): Promise<CollectorFigures & Record<string, number>> {
  const targets = all.map((port, index) => targetOf(port, index));
  const signal = new AbortController().signal;
  let [polls, failures, points, next] = [0, 0, 0, 0];
  const work = async (until: number): Promise<void> => {
    while (performance.now() < until) {
      const target = targets[next++ % targets.length];
      if (target === undefined) return;
      try {
        points += (await poller.poll(target, [part], signal)).points.length;
        polls += 1;
      } catch {
        failures += 1;
      }
    }
  };
  const runFor = (milliseconds: number): Promise<unknown> => {
    const until = performance.now() + milliseconds;
    return Promise.all(Array.from({ length: AT_ONCE_FLAT_OUT }, () => work(until)));
  };
  await runFor(measureMs / 4);
  [polls, failures, points] = [0, 0, 0];
  const measure = begin();
  await runFor(measureMs);
  return { polls, failures, late: 0, points, ...measure() };
}

function begin(): () => Pick<CollectorFigures, 'cpuSeconds' | 'seconds' | 'residentMb'> {
  const [started, before] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(before);
    const seconds = (performance.now() - started) / 1000;
    return { cpuSeconds: (user + system) / 1e6, seconds, residentMb: process.memoryUsage.rss() / 1e6 };
  };
}

function targetOf(port: number, index: number): PollTarget {
  return {
    organizationId: '00000000-0000-4000-8000-000000000001',
    routerId: String(index),
    hostname: `r${index}`,
    site: null,
    vendor: null,
    platform: PLATFORMS[index % PLATFORMS.length] ?? null,
    model: null,
    address: '127.0.0.1',
    snmpPort: port,
    sshPort: 22,
    hostKey: null,
  };
}
