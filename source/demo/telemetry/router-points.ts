import type { Point, PointTags } from '../../model/telemetry.ts';
import { chance, wander } from './chance.ts';
import type { Ailment, GeneratedRouter } from './generated-router.ts';
import { interfacePoints } from './interface-points.ts';
import { localHour } from './local-hour.ts';
import { sensorPoints } from './sensor-points.ts';

const MINUTE_MS = 60_000;
/** Temperatures change slowly. */
const SENSORS_EVERY_MS = 5 * MINUTE_MS;

/** What a router would send at `time` if it sends every `stepMs`: a function of its arguments alone. */
export function routerPoints(
  router: GeneratedRouter,
  ailment: Ailment,
  time: number,
  stepMs: number,
  seed: number,
): readonly Point[] {
  const name = `${seed} ${router.organizationId} ${router.id}`;
  const tags = tagsOf(router);
  const load = dailyLoad(router, name, time);
  return [
    { measurement: 'cpu', tags, time, fields: { usage_percent: percent(cpu(name, ailment, time, load)) } },
    { measurement: 'memory', tags, time, fields: { free_percent: percent(freeMemory(name, ailment, time, load)) } },
    ...(['critical', 'warning'] as const).map((severity) => {
      const error_count = errorCount(name, ailment, severity, time, stepMs);
      return { measurement: 'errors', severity, tags, time, fields: { error_count } } as const;
    }),
    // Once a minute is enough for these: they are most of the rows.
    ...(enters(MINUTE_MS, time, stepMs) ? interfacePoints(router, name, tags, time, load) : []),
    ...(enters(SENSORS_EVERY_MS, time, stepMs) ? sensorPoints(name, tags, time, { ailment, load }) : []),
  ];
}

function tagsOf({ id, organizationId, vendor, site }: GeneratedRouter): PointTags {
  return { router_id: id, organization: organizationId, vendor: vendor ?? 'unknown', site: site ?? 'unknown' };
}

/** Between 0 in the small hours and 1 in the early afternoon of the site, each router a little before or after. */
function dailyLoad(router: GeneratedRouter, name: string, time: number): number {
  const peak = 14 + 4 * (chance(name, 'peak') - 0.5);
  const turn = ((localHour(time, router.timeZone) - peak) / 24) * 2 * Math.PI;
  return (1 + Math.cos(turn)) / 2;
}

function cpu(name: string, ailment: Ailment, time: number, load: number): number {
  const noise = 6 * wander(`${name} cpu`, time, 7 * MINUTE_MS) + 3 * wander(`${name} cpu fast`, time, 40_000);
  if (ailment === 'hot') return 84 + 6 * load + noise;
  return 8 + 20 * chance(name, 'cpu') + 25 * load + noise;
}

function freeMemory(name: string, ailment: Ailment, time: number, load: number): number {
  const noise = 4 * wander(`${name} memory`, time, 25 * MINUTE_MS);
  if (ailment === 'starved') return 3 + noise;
  return 35 + 30 * chance(name, 'memory') - 8 * load + noise;
}

/** Errors happen on whole minutes; a point counts those since the point before. A failing router has some every few minutes. */
function errorCount(
  name: string,
  ailment: Ailment,
  severity: 'critical' | 'warning',
  time: number,
  stepMs: number,
): number {
  const likely = severity === 'warning' ? 0.02 : ailment === 'failing' ? 0.2 : 0;
  let count = 0;
  const last = Math.floor(time / MINUTE_MS);
  for (let minute = Math.floor((time - stepMs) / MINUTE_MS) + 1; minute <= last; minute += 1) {
    const drawn = chance(name, severity, minute);
    if (drawn < likely) count += 1 + Math.floor((drawn / likely) * 5);
  }
  return count;
}

/** Whether a whole minute, or another such span, begins between the point before and this one. */
function enters(spanMs: number, time: number, stepMs: number): boolean {
  return Math.floor(time / spanMs) > Math.floor((time - stepMs) / spanMs);
}

/** Within 0 and 100, to hundredths, as devices report. */
function percent(value: number): number {
  return Math.round(Math.min(100, Math.max(0, value)) * 100) / 100;
}
