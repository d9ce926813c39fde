import type { Point, PointTags } from '../../model/telemetry.ts';
import type { GeneratedRouter } from './generated-router.ts';
import type { RouterVitals } from './router-vitals.ts';

const MINUTE_MS = 60_000;

/**
 * What a collector would have read of a router at `time`, had it read it each `stepMs`: a function of its arguments alone. Interfaces once a
 * minute, as they are most of the rows, and of these the ones with traffic. What has no chart is left out.
 */
export function routerPoints(
  router: GeneratedRouter,
  vitals: RouterVitals,
  time: number,
  stepMs: number,
): readonly Point[] {
  const common = { tags: tagsOf(router), time };
  return [
    // Agents tell a whole number.
    { measurement: 'cpu', ...common, fields: { usage_percent: Math.round(vitals.load(time)) } },
    { measurement: 'memory', ...common, fields: { free_percent: hundredths(100 - vitals.memoryUsed(time)) } },
    ...(['critical', 'warning'] as const).map((severity) => {
      const error_count = events(vitals, severity, time, stepMs);
      return { measurement: 'errors', severity, ...common, fields: { error_count } } as const;
    }),
    ...(enters(time, stepMs) ? vitals.busy.map(({ name, index }) => interfacePoint(name, index, vitals, common)) : []),
  ];
}

function interfacePoint(
  interfaceName: string,
  index: number,
  vitals: RouterVitals,
  common: { readonly tags: PointTags; readonly time: number },
): Point {
  const before = common.time - MINUTE_MS;
  const rate = (way: 'in' | 'out'): number =>
    Math.max(0, (vitals.octets(index, way, common.time) - vitals.octets(index, way, before)) / (MINUTE_MS / 1000));
  return {
    measurement: 'interfaces',
    ...common,
    interfaceName,
    fields: {
      in_bytes_rate: rate('in'),
      out_bytes_rate: rate('out'),
      error_count: Math.floor(vitals.errors(index, common.time)) - Math.floor(vitals.errors(index, before)),
      admin_status: 1,
      oper_status: 1,
    },
  };
}

function tagsOf({ id, organizationId, vendor, site }: GeneratedRouter): PointTags {
  return { router_id: id, organization: organizationId, vendor: vendor ?? 'unknown', site: site ?? 'unknown' };
}

/** Events are logged on whole minutes; a point counts those since the point before. */
function events(vitals: RouterVitals, severity: 'critical' | 'warning', time: number, stepMs: number): number {
  let count = 0;
  for (let minute = Math.floor((time - stepMs) / MINUTE_MS) + 1; minute <= Math.floor(time / MINUTE_MS); minute += 1) {
    count += vitals.logged(severity, minute * MINUTE_MS);
  }
  return count;
}

/** Whether a whole minute begins between the point before and this one. */
function enters(time: number, stepMs: number): boolean {
  return Math.floor(time / MINUTE_MS) > Math.floor((time - stepMs) / MINUTE_MS);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
