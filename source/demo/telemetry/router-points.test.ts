import { expect, test } from 'vitest';
import type { Point } from '../../model/telemetry.ts';
import { refusalOf } from '../../telemetry/validate-point.ts';
import { chooseAilments } from './choose-ailments.ts';
import type { Ailment, GeneratedRouter } from './generated-router.ts';
import { routerPoints } from './router-points.ts';
import { vitalsOf } from './router-vitals.ts';

const MINUTE = 60_000;
const noon = Date.parse('2026-11-20T12:00:00Z');
const router: GeneratedRouter = {
  organizationId: '11111111-1111-4111-8111-111111111111',
  id: 'core-1',
  hostname: 'core-1',
  platform: 'junos',
  vendor: 'Juniper',
  site: 'ams-1',
  timeZone: 'UTC',
};
const fleet = Array.from({ length: 300 }, (_, index) => ({ ...router, id: `r${index}`, hostname: `r${index}` }));

/** CPU or free memory over the two hours before noon. */
function percentages(
  measurement: 'cpu' | 'memory',
  ailment: Ailment,
  of: GeneratedRouter = router,
  until = noon,
): number[] {
  return points(ailment, of, until).flatMap((point) => {
    if (point.measurement !== measurement) return [];
    return Object.values(point.fields);
  });
}

function points(ailment: Ailment, of: GeneratedRouter = router, until = noon, stepMs = MINUTE): Point[] {
  const times = Array.from({ length: (120 * MINUTE) / stepMs }, (_, index) => until - index * stepMs);
  const vitals = vitalsOf(of, ailment, 7);
  return times.flatMap((time) => routerPoints(of, vitals, time, stepMs));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function criticalErrors(of: readonly Point[]): number {
  return of.reduce(
    (sum, point) =>
      sum + (point.measurement === 'errors' && point.severity === 'critical' ? point.fields.error_count : 0),
    0,
  );
}

test('points depend on router, time and seed alone', () => {
  const now = (seed: number): readonly Point[] => routerPoints(router, vitalsOf(router, 'none', seed), noon, MINUTE);
  expect(now(7)).toEqual(now(7));
  expect(now(8)).not.toEqual(now(7));
  expect(percentages('cpu', 'none', { ...router, id: 'core-2' })).not.toEqual(percentages('cpu', 'none'));
});

test('every point can be stored', () => {
  for (const ailment of ['none', 'hot', 'starved', 'failing'] as const) {
    expect(points(ailment).map((point) => refusalOf(point, noon))).toEqual(points(ailment).map(() => null));
  }
  const nowhere = { ...router, vendor: null, site: null };
  const unknown = points('none', nowhere);
  expect(unknown[0]?.tags).toMatchObject({ vendor: 'unknown', site: 'unknown' });
  expect(unknown.map((point) => refusalOf(point, noon))).toEqual(unknown.map(() => null));
});

test('healthy routers stay within usual limits, the ill ones do not', () => {
  for (const one of fleet.slice(0, 60)) {
    expect(Math.max(...percentages('cpu', 'none', one))).toBeLessThan(70);
    expect(Math.min(...percentages('memory', 'none', one))).toBeGreaterThan(20);
  }
  expect(criticalErrors(points('none'))).toBe(0);
  expect(Math.min(...percentages('cpu', 'hot'))).toBeGreaterThan(80);
  expect(Math.max(...percentages('memory', 'starved'))).toBeLessThan(10);
  for (const one of fleet.slice(0, 60)) expect(criticalErrors(points('failing', one))).toBeGreaterThan(0);
});

test('errors are the same however often they are counted', () => {
  expect(criticalErrors(points('failing', router, noon, 10_000))).toBe(
    criticalErrors(points('failing', router, noon, MINUTE)),
  );
});

test('the load follows the day of the site', () => {
  const night = Date.parse('2026-11-20T03:00:00Z');
  expect(mean(percentages('cpu', 'none', router, noon + 180 * MINUTE))).toBeGreaterThan(
    mean(percentages('cpu', 'none', router, night)) + 10,
  );
  const tokyo = { ...router, timeZone: 'Asia/Tokyo' };
  expect(mean(percentages('cpu', 'none', tokyo, night))).toBeGreaterThan(
    mean(percentages('cpu', 'none', tokyo, noon + 180 * MINUTE)) + 10,
  );
});

test('routers have three or four interfaces with traffic, and some have errors', () => {
  const links = fleet.map((one) =>
    points('none', one, noon, 60 * MINUTE).filter((point) => point.measurement === 'interfaces'),
  );
  expect(new Set(links.map((of) => of.length / 2))).toEqual(new Set([3, 4]));
  const all = links.flat();
  expect(all.filter(({ fields }) => (fields.error_count ?? 0) > 0).length).toBeGreaterThan(3);
  expect(all.filter(({ fields }) => !((fields.in_bytes_rate ?? 0) > 0 && (fields.out_bytes_rate ?? 0) > 0))).toEqual(
    [],
  );
});

test('counters only grow', () => {
  const vitals = vitalsOf(router, 'none', 7);
  for (let time = noon; time < noon + 24 * 60 * MINUTE; time += MINUTE) {
    expect(vitals.octets(0, 'in', time + MINUTE)).toBeGreaterThan(vitals.octets(0, 'in', time));
    expect(vitals.errors(0, time + MINUTE)).toBeGreaterThanOrEqual(vitals.errors(0, time));
  }
});

test('interfaces come once a minute, however often the rest does', () => {
  const often = points('none', router, noon, 10_000).filter((point) => point.measurement === 'interfaces');
  expect(often).toEqual(points('none').filter((point) => point.measurement === 'interfaces'));
});

test('ailments are few, and the same for the same seed', () => {
  const ailments = [...chooseAilments(fleet, 7).values()];
  const count = (ailment: Ailment): number => ailments.filter((one) => one === ailment).length;
  expect([count('silent'), count('hot'), count('starved'), count('failing')]).toEqual([1, 6, 5, 6]);
  const ids = (seed: number): string[] => [...chooseAilments(fleet, seed).keys()].map(({ id }) => id);
  expect(ids(7)).toEqual(ids(7));
  expect(ids(8)).not.toEqual(ids(7));
  expect(chooseAilments([], 7).size).toBe(0);
  expect(chooseAilments([router], 7).size).toBe(0);
  expect([...chooseAilments(fleet.slice(0, 5), 7).values()]).toEqual(['silent']);
});
