import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { FullStage } from './stage.ts';
import { kindOf } from '../upgrades/devices.ts';

const MINUTE_MS = 60_000;
const LONGEST_MS = 15 * MINUTE_MS;

/** One thing that has to hold at the end. */
export interface Finding {
  readonly what: string;
  readonly found: string;
  readonly holds: boolean;
}

/** Figures of the collector by name and labels, as it tells them over HTTP. */
async function metrics(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(url)).text();
  return new Map(
    text.split('\n').flatMap((line): [string, number][] => {
      const [, name, value] = /^(\w+(?:\{[^}]*\})?) (\S+)$/u.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(value)]];
    }),
  );
}

/** Waits for the upgrades that were begun to end, and looks at each and at its device. */
export async function accountForUpgrades(
  stage: FullStage,
  requested: readonly string[],
  meanwhile: () => Promise<void>,
): Promise<readonly Finding[]> {
  const { admin } = stage.world;
  const until = Date.now() + LONGEST_MS;
  const open = async (): Promise<number> => {
    const [row] = await admin<[{ open: number }]>`
      SELECT count(*)::int AS open FROM upgrades WHERE status IN ('approved', 'scheduled', 'running')`;
    return row.open;
  };
  while ((await open()) > 0 && Date.now() < until) {
    await delay(MINUTE_MS / 4);
    await meanwhile();
  }
  const statuses = await admin<{ status: string; outcome: string | null; count: number }[]>`
    SELECT status, outcome, count(*)::int FROM upgrades GROUP BY 1, 2 ORDER BY 3 DESC`;
  const succeeded = statuses.filter(({ status }) => status === 'success').reduce((sum, { count }) => sum + count, 0);
  const states = await stage.deviceStates();
  const upgraded = new Set(requested);
  const wrong = stage.devices.filter(({ hostname }, index) => {
    const state = states[index];
    const { version, image } = kindOf(index);
    const right = upgraded.has(hostname) ? [image.version, 1] : [version, 0];
    return state === undefined || state.runs !== right[0] || state.reloads !== right[1] || state.doubleReloads > 0;
  });
  const others = statuses.filter(({ status }) => status !== 'success');
  return [
    {
      what: 'upgrades that were approved, and succeeded',
      found: `${succeeded} of ${requested.length}${others.map((one) => `; ${one.count} ${one.status}: ${one.outcome ?? ''}`).join('')}`,
      holds: succeeded === requested.length,
    },
    {
      what: 'devices that do not run what they should, or went down more or less often than once',
      found: String(wrong.length),
      holds: wrong.length === 0,
    },
  ];
}

/** Lets the devices fall silent, waits until all that was read is stored, and compares what devices answered with what InfluxDB has. */
export async function accountForReadings(stage: FullStage): Promise<readonly Finding[]> {
  await stage.silenceAgents();
  const [answered, waiting] = ['netup_collector_polls_total{result="answered"}', 'netup_spool_waiting_points'] as const;
  const until = Date.now() + LONGEST_MS;
  let last = await metrics(stage.metricsUrl);
  for (;;) {
    // Longer than a poll may take, and than points are gathered for.
    await delay(12_000);
    const next = await metrics(stage.metricsUrl);
    const still = next.get(answered) === last.get(answered) && next.get(waiting) === 0;
    last = next;
    if (still || Date.now() > until) break;
  }
  const lost = [...last].filter(([name]) => /^netup_spool_lost_points|dropped_points|doubts/u.test(name));
  const code = await stage.collector.stop();
  const { bucket } = stage.influxd.settings;
  const stored = async (measurement: string, field: string): Promise<number> =>
    stage.influxd.number(
      `from(bucket: "${bucket}") |> range(start: 0, stop: 2100-01-01T00:00:00Z)
        |> filter(fn: (r) => r._measurement == "${measurement}" and r._field == "${field}") |> group() |> count()`,
    );
  const [cpu, memory] = [await stored('cpu', 'usage_percent'), await stored('memory', 'free_percent')];
  const polls = last.get(answered) ?? Number.NaN;
  return [
    {
      what: 'polls that devices answered, CPU and memory readings in InfluxDB',
      found: `${polls}, ${cpu} and ${memory}`,
      holds: polls > 0 && polls === cpu && polls === memory,
    },
    {
      what: 'points lost by the collector or its spool, as it tells',
      found: lost.map(([name, value]) => `${/reason="(\w+)"/u.exec(name)?.[1] ?? name} ${value}`).join(', '),
      holds: lost.length > 0 && lost.every(([, value]) => value === 0),
    },
    { what: 'exit code of the collector', found: String(code), holds: code === 0 },
  ];
}

export async function accountForAudit(stage: FullStage): Promise<readonly Finding[]> {
  const said = await stage.run(['audit', 'verify']).catch((error: unknown) => String(error));
  const line = said.trim().split('\n').at(-1) ?? '';
  return [{ what: "audit verify, with the worker's checkpoints", found: line, holds: !said.startsWith('Error') }];
}

/** What the processes complained of, by how often. */
export function complaints(file: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const text = line.replaceAll(/\d+/gu, 'N').trim();
    if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 12)
    .map(([text, count]) => `${count} x ${text}`);
}
