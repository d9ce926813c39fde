import { formatCount, plural } from '../../console/format/numbers.ts';
import { isLimit } from '../../telemetry/checks/limits.ts';
import {
  readCardinality,
  readFields,
  readOutside,
  readPointsByRouter,
  readUntagged,
  strangersAmong,
} from '../../telemetry/checks/read-checks.ts';
import type { InfluxConnection } from '../../telemetry/influx/connection.ts';
import { fail, type Finding, ok, reason, warn } from './finding.ts';
import { routerList } from './router-list.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FAR_AHEAD = Date.UTC(2200, 0, 1);

export interface PointChecks {
  readonly connection: InfluxConnection;
  readonly now: number;
  /** How far back points are looked at, minutes. */
  readonly minutes: number;
  /** More series than this are worth a warning. */
  readonly mostSeries: number;
}

/** What is wrong with the points of the bucket: values, tags, times, names, and how many series there are. */
export async function checkPoints(checks: PointChecks): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [name, check] of [
    ['values', checkValues],
    ['tags', checkTags],
    ['clock', checkClock],
    ['names', checkNames],
    ['series', checkSeries],
  ] as const) {
    findings.push(
      ...(await check(checks).catch((error: unknown) => [
        fail(name, reason(error), 'Without an answer, nothing is known of this; see `netup-tui doctor`.'),
      ])),
    );
  }
  return findings;
}

async function checkValues(checks: PointChecks): Promise<readonly Finding[]> {
  const window = lately(checks);
  const outside = await readOutside(checks.connection, window, await readFields(checks.connection, window));
  if (outside.length === 0) return [ok('values', `none outside of its limits in ${span(checks)}`)];
  return outside.map(({ limited: { measurement, field, min, max }, routers }) => {
    const points = plural(sum(routers), 'point');
    const limits = isLimit(max) ? `outside of ${formatCount(min)} to ${formatCount(max)}` : `below ${formatCount(min)}`;
    return fail(
      'values',
      `${points} of ${measurement}.${field} ${limits} in ${span(checks)}: ${routerList(routers.keys())}`,
      'Mend what writes them: netup-tui refuses such values, other collectors may not.',
    );
  });
}

async function checkTags(checks: PointChecks): Promise<readonly Finding[]> {
  const untagged = await readUntagged(checks.connection, lately(checks));
  if (untagged.size === 0) return [ok('tags', `every point of ${span(checks)} has the tags that it must have`)];
  return [...untagged].map(([measurement, points]) =>
    fail(
      'tags',
      `${plural(points, 'point')} of ${measurement} without a tag that is required, in ${span(checks)}`,
      'No screen shows them. Mend what writes them; `netup-tui migrate influx` gives those without an organization theirs.',
    ),
  );
}

async function checkClock({ connection, now }: PointChecks): Promise<readonly Finding[]> {
  const ahead = await readPointsByRouter(connection, { start: now + MINUTE, end: FAR_AHEAD });
  if (ahead.size === 0) return [ok('clock', 'no point is more than a minute ahead')];
  return [
    fail(
      'clock',
      `${plural(sum(ahead), 'point')} more than a minute ahead: ${routerList(ahead.keys())}`,
      'Set the clocks of these routers, or of what asks them (NTP), and of this machine.',
    ),
  ];
}

async function checkNames(checks: PointChecks): Promise<readonly Finding[]> {
  const { measurements, fields, types } = strangersAmong(await readFields(checks.connection, lately(checks)));
  const strange = [...measurements, ...fields];
  const findings = [
    ...(strange.length === 0
      ? []
      : [
          warn(
            'names',
            `not in the definition of the measurements: ${routerList(strange)}`,
            measurements.includes('mem')
              ? '`netup-tui migrate influx` makes memory of mem; what else is not ours is better kept in another bucket.'
              : 'No screen shows them; what is not ours is better kept in another bucket.',
          ),
        ]),
    ...(types.length === 0
      ? []
      : [
          fail(
            'names',
            `of another type: ${routerList(types)}`,
            'The first write of a day fixes the type for that day: ours are refused then, and what is there cannot be read as numbers. Mend what writes them (docs/telemetry.md).',
          ),
        ]),
  ];
  return findings.length > 0
    ? findings
    : [ok('names', `measurements, fields and types of ${span(checks)} are as defined`)];
}

async function checkSeries({ connection, now, mostSeries }: PointChecks): Promise<readonly Finding[]> {
  const series = await readCardinality(connection, { start: now - 30 * DAY, end: now });
  const found = `${formatCount(series)} series in 30 days`;
  if (series <= mostSeries) return [ok('series', `${found}, at most ${formatCount(mostSeries)} are expected`)];
  return [
    warn(
      'series',
      `${found}, more than ${formatCount(mostSeries)}`,
      'InfluxDB keeps each in memory: look for a tag with ever new values, or give --most-series for a fleet of this size.',
    ),
  ];
}

function lately({ now, minutes }: PointChecks): { readonly start: number; readonly end: number } {
  return { start: now - minutes * MINUTE, end: FAR_AHEAD };
}

function span({ minutes }: PointChecks): string {
  return minutes === 60 ? 'the last hour' : `the last ${plural(minutes, 'minute')}`;
}

function sum(points: ReadonlyMap<string, number>): number {
  return [...points.values()].reduce((total, count) => total + count, 0);
}
