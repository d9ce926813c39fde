import { z } from 'zod';
import type { PollPart } from '../source/collectors/poller.ts';
import type { AgentsQuestion } from './collectors/agents-process.ts';
import type { CollectorFigures, CollectorQuestion } from './collectors/collector-process.ts';
import { type Result, result } from './result.ts';
import { Child } from './upgrades/child.ts';

const ROUTERS = 10_000;
const FLAT_OUT_ROUTERS = 300;
const PORTS_OF_LARGE = 48;
/** A little more than the longest interval that everything is polled in at least once. */
const WARM_UP_MS = 70_000;
const MEASURE_MS = 60_000;
const FLAT_OUT_MS = 12_000;

const portsSchema = z.array(z.number());
const figuresSchema: z.ZodType<CollectorFigures> = z.object({
  polls: z.number(),
  failures: z.number(),
  late: z.number(),
  points: z.number(),
  cpuSeconds: z.number(),
  seconds: z.number(),
  residentMb: z.number(),
});

/**
 * One collector process reads 10,000 simulated agents, which are in another: CPU, memory and sensors each minute, 8 interfaces every five; and
 * again with the interfaces, and so their errors, each minute. Then how many routers of 48 interfaces a core could carry, by the processor
 * time of a poll.
 */
export async function benchCollectors(): Promise<readonly Result[]> {
  return [...(await scheduled()), ...(await capacity())];
}

async function scheduled(): Promise<readonly Result[]> {
  const agents = new Child('../collectors/agents-process.ts');
  const results: Result[] = [];
  try {
    const ports = await startAgents(agents, { count: ROUTERS, interfaceCount: 8 });
    for (const minutes of [5, 1]) {
      const measured = await measure({
        kind: 'schedule',
        ports,
        interfacesMs: minutes * 60_000,
        warmUpMs: WARM_UP_MS,
        measureMs: MEASURE_MS,
      });
      const name = `collect: ${ROUTERS.toLocaleString('en')} routers, 8 interfaces each ${minutes * 60} s`;
      results.push(
        result(`${name}: of a core`, (100 * measured.cpuSeconds) / measured.seconds, '%', { goal: 100 }),
        result(`${name}: memory`, measured.residentMb, 'MB', { goal: 1000 }),
        result(`${name}: polls a second`, measured.polls / measured.seconds, '/s'),
        result(`${name}: points a second`, measured.points / measured.seconds, '/s'),
        result(`${name}: late`, (100 * measured.late) / measured.polls, '%', { goal: 1 }),
        result(`${name}: failed`, measured.failures, 'polls', { goal: 0 }),
      );
    }
    return results;
  } finally {
    await agents.stop();
  }
}

async function capacity(): Promise<readonly Result[]> {
  const agents = new Child('../collectors/agents-process.ts');
  try {
    const ports = await startAgents(agents, { count: FLAT_OUT_ROUTERS, interfaceCount: PORTS_OF_LARGE });
    const cost = async (part: PollPart): Promise<number> => {
      const { cpuSeconds, polls } = await measure({ kind: 'flat out', ports, part, measureMs: FLAT_OUT_MS });
      return cpuSeconds / polls;
    };
    const [health, interfaces] = [await cost('health'), await cost('interfaces')];
    const name = `collect: routers of ${PORTS_OF_LARGE} interfaces that a core carries`;
    return [
      result('collect: processor time of a poll of health', health * 1000, 'ms'),
      result(`collect: processor time of a poll of ${PORTS_OF_LARGE} interfaces`, interfaces * 1000, 'ms'),
      result(`${name}, interfaces each 300 s`, 1 / (health / 60 + interfaces / 300), 'routers'),
      result(`${name}, interfaces each 60 s`, 60 / (health + interfaces), 'routers'),
    ];
  } finally {
    await agents.stop();
  }
}

function startAgents(agents: Child, question: AgentsQuestion): Promise<readonly number[]> {
  return agents.ask({ ...question }, portsSchema);
}

async function measure(question: CollectorQuestion): Promise<CollectorFigures> {
  const collector = new Child('../collectors/collector-process.ts');
  try {
    return await collector.ask({ ...question }, figuresSchema);
  } finally {
    await collector.stop();
  }
}
