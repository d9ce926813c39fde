import { expect, test } from 'vitest';
import type { Point, PointOf } from '../model/telemetry.ts';
import { CLOCK_SKEW_MS, isStorableTag, refusalOf } from './validate-point.ts';

const now = Date.parse('2026-11-20T10:00:00Z');
const tags = { router_id: 'r1', organization: '11111111-1111-4111-8111-111111111111', vendor: 'Cisco', site: 'ams-1' };
const cpu = (usage_percent: number): Point => ({ measurement: 'cpu', tags, time: now, fields: { usage_percent } });
const critical = (error_count: number): Point => ({
  measurement: 'errors',
  severity: 'critical',
  tags,
  time: now,
  fields: { error_count },
});
const link = (fields: object, interfaceName = 'ge-0/0/0'): PointOf<'interfaces'> => ({
  measurement: 'interfaces',
  interfaceName,
  tags,
  time: now,
  fields: { in_bytes_rate: 0, out_bytes_rate: 1e9, error_count: 0, admin_status: 1, oper_status: 0, ...fields },
});

const fan = (fields: PointOf<'system'>['fields'], component = 'fan 1'): Point => ({
  measurement: 'system',
  tags,
  time: now,
  component,
  fields,
});
const progress = (fields: Partial<PointOf<'upgrade_progress'>['fields']>): Point => ({
  measurement: 'upgrade_progress',
  tags,
  time: now,
  fields: { upgrade_id: '42', step: 'activate', step_status: 'running', percent: 60, ...fields },
});

test.each<[string, Point]>([
  ['the lowest percentage', cpu(0)],
  ['the highest percentage', cpu(100)],
  ['no errors', critical(0)],
  ['an interface that is down', link({})],
  ['an interface without rates', { ...link({}), fields: { admin_status: 1, oper_status: 1 } }],
  ['a counter near its end', link({ in_bytes: 2 ** 63 - 1024 })],
  ['one sensor of many', fan({ temperature_celsius: -40 })],
  ['a fan that stands still', fan({ fan_rpm: 0, oper_status: 0 })],
  ['progress', progress({})],
  ['rollback', progress({ step: 'rollback', step_percent: 0, elapsed_seconds: 1e10 })],
  [
    'a validation with negative figures',
    {
      measurement: 'upgrade_validation',
      tags,
      time: now,
      component: 'bgp',
      fields: { upgrade_id: '1', phase: 'after', test_passed: 0, expected_value: -1e300, actual_value: 0 },
    },
  ],
  ['a clock that is a little ahead', { ...cpu(1), time: now + CLOCK_SKEW_MS }],
])('takes %s', (_, point) => {
  expect(refusalOf(point, now)).toBeNull();
});

test.each<[string, Point]>([
  ['percentage outside 0-100', cpu(100.01)],
  ['percentage outside 0-100', cpu(-0.01)],
  ['percentage outside 0-100', cpu(Number.NaN)],
  [
    'percentage outside 0-100',
    { measurement: 'memory', tags, time: now, fields: { free_percent: Number.POSITIVE_INFINITY } },
  ],
  ['time in the future', { ...cpu(1), time: now + CLOCK_SKEW_MS + 1 }],
  ['time invalid', { ...cpu(1), time: 0 }],
  ['time invalid', { ...cpu(1), time: now + 0.5 }],
  ['time invalid', { ...cpu(1), time: Number.NaN }],
  ['tag missing', { ...cpu(1), tags: { ...tags, router_id: '' } }],
  ['tag missing', { ...cpu(1), tags: { ...tags, vendor: ' ' } }],
  ['tag missing', { ...cpu(1), tags: { ...tags, site: '' } }],
  ['tag missing', link({}, '')],
  ['tag not storable', link({}, 'x'.repeat(254))],
  ['organization is no uuid', { ...cpu(1), tags: { ...tags, organization: '' } }],
  ['organization is no uuid', { ...cpu(1), tags: { ...tags, organization: tags.organization.replace('1', 'A') } }],
  ['count invalid', critical(-1)],
  ['count invalid', critical(2 ** 31)],
  ['rate invalid', link({ out_bytes_rate: -1 })],
  ['status is neither 0 nor 1', link({ oper_status: 2 })],
  ['size invalid', link({ in_bytes: 2 ** 63 })],
  ['number out of range', fan({ temperature_celsius: 1000.5 })],
  ['number out of range', fan({ power_watts: Number.POSITIVE_INFINITY })],
  ['size invalid', fan({ uptime_seconds: 1.5 })],
  ['tag missing', fan({ fan_rpm: 1 }, ' ')],
  ['tag not storable', fan({ fan_rpm: 1 }, 'fan\n1')],
  ['field missing', fan({})],
  ['id invalid', progress({ upgrade_id: '42; drop' })],
  ['percentage outside 0-100', progress({ percent: -1 })],
])('refuses with "%s"', (reason, point) => {
  expect(refusalOf(point, now)).toBe(reason);
});

test.each<[string, object]>([
  ['tag missing', { tags: { ...tags, router_id: 7 } }],
  ['unknown measurement', { measurement: 'temperature' }],
  ['percentage outside 0-100', { fields: { usage_percent: '50' } }],
  ['percentage outside 0-100', { fields: { usage_percent: null } }],
  ['field missing', { fields: {} }],
  ['field missing', { fields: { usage_percent: undefined } }],
  ['field missing', { fields: { load_1m: 1 } }],
  ['unknown field', { fields: { usage_percent: 1, version: '17.9' } }],
  ['unknown field', { fields: { usage_percent: 1, constructor: 1 } }],
  ['unknown measurement', { measurement: 'constructor' }],
  ['tag missing', { measurement: 'errors', fields: { error_count: 1 } }],
  ['tag not in the list', { measurement: 'errors', severity: 'fatal', fields: { error_count: 1 } }],
  ['value not in the list', { ...progress({}), fields: { ...progress({}).fields, step: 'format_flash' } }],
  ['value not in the list', { ...progress({}), fields: { ...progress({}).fields, step_status: 1 } }],
  ['id invalid', { ...progress({}), fields: { ...progress({}).fields, upgrade_id: 42 } }],
])('refuses with "%s" what only the type system rules out', (reason, change) => {
  expect(refusalOf({ ...cpu(1), ...change }, now)).toBe(reason);
});

test.each(['line\nbreak', 'tab\t', '\u001b[31m', '\u2028', 'trailing\\', '\udc00', ''])(
  '%j is no storable tag',
  (tag) => {
    expect(isStorableTag(tag)).toBe(false);
  },
);

test.each(['a', 'two words', 'a\\b', '"', '日本', '😀', 'ge-0/0/0.100'])('%j is a storable tag', (tag) => {
  expect(isStorableTag(tag)).toBe(true);
});
