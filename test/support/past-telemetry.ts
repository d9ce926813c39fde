import { BucketsAPI, OrgsAPI } from '@influxdata/influxdb-client-apis';
import { InfluxDB } from '@influxdata/influxdb-client';
import type postgres from 'postgres';
import type { InfluxSettings } from '../../source/config/settings.ts';
import type { Point } from '../../source/model/telemetry.ts';
import { rolledUpLines, rollUp, rawLine, type Sample } from './roll-up.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Makes the buckets that the tasks write to, for ever, where they are not there yet. */
export async function makeTaskBuckets(settings: InfluxSettings): Promise<void> {
  const client = new InfluxDB({ url: settings.url, token: settings.token });
  const { orgs = [] } = await new OrgsAPI(client).getOrgs({ org: settings.org });
  const orgID = orgs[0]?.id ?? '';
  const api = new BucketsAPI(client);
  for (const name of ['telemetry_aggregated', 'telemetry_historical']) {
    const { buckets = [] } = await api.getBuckets({ orgID, limit: 100 });
    if (!buckets.some((bucket) => bucket.name === name))
      await api.postBuckets({ body: { orgID, name, retentionRules: [] } });
  }
}

/**
 * What tasks and retention have left of points by now: single points of the last week, hours and days of ninety days, whole months; none
 * of an hour, day or month that is not over.
 */
export async function storePastInflux(settings: InfluxSettings, points: readonly Point[]): Promise<void> {
  const now = Date.now();
  const samples = points.map(sampleOf);
  const since = (ms: number): readonly Sample[] => samples.filter(({ time }) => time >= now - ms);
  const over = (all: readonly Sample[], startOf: (time: number) => number): readonly Sample[] =>
    all.filter(({ time }) => startOf(time) < startOf(now));
  const cpuOnly = since(90 * DAY).filter(({ measurement }) => measurement === 'cpu');
  await post(settings, settings.bucket, since(7 * DAY).map(rawLine));
  await post(settings, 'telemetry_aggregated', [
    ...rolledUpLines(rollUp(over(cpuOnly, startOfHour), startOfHour), '_hourly'),
    ...rolledUpLines(rollUp(over(since(90 * DAY), startOfDay), startOfDay), '_daily'),
  ]);
  await post(
    settings,
    'telemetry_historical',
    rolledUpLines(rollUp(over(samples, startOfMonth), startOfMonth), '_monthly'),
  );
}

/** What the embedded store has left of points that are older than it keeps single: sums of hours. */
export async function storePastEmbedded(sql: postgres.Sql, points: readonly Point[]): Promise<void> {
  for (const { time, tags, fields } of points.map(sampleOf)) {
    const hour = new Date(startOfHour(time));
    const [cpu = null, memory = null] = [fields['usage_percent'], fields['free_percent']];
    const errors = fields['error_count'] ?? null;
    await sql`SELECT telemetry_make_partitions('telemetry_hourly', ${hour}, ${new Date(hour.getTime() + HOUR)}, '7 days', '')`;
    await sql`
      INSERT INTO telemetry_hourly AS known (organization_id, router_id, hour, newest_at,
        cpu_samples, cpu_sum, cpu_min, cpu_max, memory_samples, memory_sum, memory_min, memory_max, critical_errors)
      VALUES (${tags['organization'] ?? ''}, ${tags['router_id'] ?? ''}, ${hour}, ${new Date(time)},
        ${cpu === null ? 0 : 1}, ${cpu}, ${cpu}, ${cpu}, ${memory === null ? 0 : 1}, ${memory}, ${memory}, ${memory}, ${errors})
      ON CONFLICT (organization_id, router_id, hour) DO UPDATE SET
        cpu_samples = known.cpu_samples + excluded.cpu_samples, cpu_sum = coalesce(known.cpu_sum + excluded.cpu_sum, known.cpu_sum, excluded.cpu_sum),
        cpu_min = least(known.cpu_min, excluded.cpu_min), cpu_max = greatest(known.cpu_max, excluded.cpu_max),
        memory_samples = known.memory_samples + excluded.memory_samples, memory_sum = coalesce(known.memory_sum + excluded.memory_sum, known.memory_sum, excluded.memory_sum),
        memory_min = least(known.memory_min, excluded.memory_min), memory_max = greatest(known.memory_max, excluded.memory_max),
        critical_errors = coalesce(known.critical_errors + excluded.critical_errors, known.critical_errors, excluded.critical_errors)`;
  }
}

function sampleOf(point: Point): Sample {
  if (point.measurement === 'errors') {
    const { tags, time, severity, fields } = point;
    return { measurement: 'errors', tags: { ...tags, severity }, time, fields: { ...fields } };
  }
  if (point.measurement !== 'cpu' && point.measurement !== 'memory')
    throw new Error(`No past of ${point.measurement}.`);
  return { measurement: point.measurement, tags: point.tags, time: point.time, fields: { ...point.fields } };
}

function startOfHour(time: number): number {
  return Math.floor(time / HOUR) * HOUR;
}

function startOfDay(time: number): number {
  return Math.floor(time / DAY) * DAY;
}

function startOfMonth(time: number): number {
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

async function post({ url, token, org }: InfluxSettings, bucket: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const response = await fetch(`${url}/api/v2/write?org=${org}&bucket=${bucket}&precision=ms`, {
    method: 'POST',
    headers: { authorization: `Token ${token}` },
    body: lines.join('\n'),
  });
  if (response.status !== 204) throw new Error(`InfluxDB answered ${response.status}: ${await response.text()}`);
}
