import { randomUUID } from 'node:crypto';
import type { Point, PointOf, PointTags } from '../source/model/telemetry.ts';

export const MINUTE = 60_000;

let held: number | null = null;

/** From now on minutes are counted from this one, also when it is over: before each test, so that none has two of them. */
export function holdMinute(): void {
  held = Math.floor(Date.now() / MINUTE);
}

/** The start of a minute, `minutes` from the current one. */
export function minute(minutes: number): number {
  return ((held ?? Math.floor(Date.now() / MINUTE)) + minutes) * MINUTE;
}

/** Tags of a router, by default of an organization of its own, so that tests share a store without seeing each other. */
export function tagsOf(routerId: string, organization: string = randomUUID()): PointTags {
  return { router_id: routerId, organization, vendor: 'Cisco', site: 'ams-1' };
}

export function cpu(tags: PointTags, time: number, percent: number): Point {
  return { measurement: 'cpu', tags, time, fields: { usage_percent: percent } };
}

export function memory(tags: PointTags, time: number, percent: number): Point {
  return { measurement: 'memory', tags, time, fields: { free_percent: percent } };
}

export function errors(
  tags: PointTags,
  time: number,
  count: number,
  severity: 'critical' | 'warning' = 'critical',
): Point {
  return { measurement: 'errors', tags, time, severity, fields: { error_count: count } };
}

export function traffic(
  tags: PointTags,
  time: number,
  interfaceName: string,
  { rate = 1000, errorCount = 0, up = true }: { rate?: number; errorCount?: number; up?: boolean } = {},
): Point {
  const fields = { in_bytes_rate: rate, out_bytes_rate: rate / 2, error_count: errorCount, admin_status: 1 } as const;
  return { measurement: 'interfaces', tags, time, interfaceName, fields: { ...fields, oper_status: up ? 1 : 0 } };
}

export function sensor(tags: PointTags, time: number, component: string, fields: PointOf<'system'>['fields']): Point {
  return { measurement: 'system', tags, time, component, fields };
}

export function progress(
  tags: PointTags,
  time: number,
  fields: Partial<PointOf<'upgrade_progress'>['fields']> = {},
): PointOf<'upgrade_progress'> {
  const whole = { upgrade_id: '7', step: 'stage_image', step_status: 'running', percent: 10, ...fields } as const;
  return { measurement: 'upgrade_progress', tags, time, fields: whole };
}

export function validation(
  tags: PointTags,
  time: number,
  component: string,
  fields: Partial<PointOf<'upgrade_validation'>['fields']> = {},
): PointOf<'upgrade_validation'> {
  const whole = { upgrade_id: '7', phase: 'before', test_passed: 1, ...fields } as const;
  return { measurement: 'upgrade_validation', tags, time, component, fields: whole };
}
