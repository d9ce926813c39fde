import { expect, test } from 'vitest';
import type { Point, PointOf } from '../../model/telemetry.ts';
import { refusalOf } from '../../telemetry/validate-point.ts';
import { chooseAilments } from './choose-ailments.ts';
import type { Ailment, GeneratedRouter } from './generated-router.ts';
import { routerPoints } from './router-points.ts';

const MINUTE = 60_000;
const noon = Date.parse('2026-11-20T12:00:00Z');
const router: GeneratedRouter = {
  organizationId: '11111111-1111-4111-8111-111111111111',
  id: 'core-1',
  vendor: 'Juniper',
  site: 'ams-1',
  timeZone: 'UTC',
};
const fleet = Array.from({ length: 300 }, (_, index) => ({ ...router, id: `r${index}` }));

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
  return times.flatMap((time) => routerPoints(of, ailment, time, stepMs, 7));
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
  expect(routerPoints(router, 'none', noon, MINUTE, 7)).toEqual(routerPoints({ ...router }, 'none', noon, MINUTE, 7));
  expect(routerPoints(router, 'none', noon, MINUTE, 8)).not.toEqual(routerPoints(router, 'none', noon, MINUTE, 7));
  expect(percentages('cpu', 'none', { ...router, id: 'core-2' })).not.toEqual(percentages('cpu', 'none'));
});

test('every point can be stored', () => {
  for (const ailment of ['none', 'hot', 'starved', 'failing'] as const) {
    expect(points(ailment).map((point) => refusalOf(point, noon))).toEqual(points(ailment).map(() => null));
  }
  const unknown = routerPoints({ ...router, vendor: null, site: null }, 'none', noon, MINUTE, 7);
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

test('routers have two to four interfaces; some have errors, some are down', () => {
  const links = fleet.map((one) =>
    routerPoints(one, 'none', noon, MINUTE, 7).filter((point) => point.measurement === 'interfaces'),
  );
  expect(new Set(links.map((of) => of.length))).toEqual(new Set([2, 3, 4]));
  const all = links.flat();
  expect(all.filter(({ fields }) => fields.oper_status === 0).length).toBeGreaterThan(3);
  expect(all.filter(({ fields }) => (fields.error_count ?? 0) > 0).length).toBeGreaterThan(3);
  expect(all.filter(({ fields }) => fields.oper_status === 1 && fields.in_bytes_rate === 0)).toEqual([]);
});

test('sensors come every five minutes; hot routers are warm, and some fans stand still', () => {
  const sensors = (ailment: Ailment, of = router): PointOf<'system'>[] =>
    points(ailment, of).filter((point) => point.measurement === 'system');
  expect(new Set(sensors('none').map(({ time }) => time)).size).toBe(24);
  const celsius = (ailment: Ailment): number =>
    mean(sensors(ailment).flatMap(({ fields }) => fields.temperature_celsius ?? []));
  expect(celsius('none')).toBeGreaterThan(20);
  expect(celsius('hot')).toBeGreaterThan(celsius('none') + 5);
  const broken = fleet.filter((one) =>
    routerPoints(one, 'none', noon, MINUTE, 7).some(
      (point) => point.measurement === 'system' && point.fields.oper_status === 0 && point.fields.fan_percent === 0,
    ),
  );
  expect(broken.length).toBeGreaterThan(0);
  expect(broken.length).toBeLessThan(fleet.length / 10);
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
