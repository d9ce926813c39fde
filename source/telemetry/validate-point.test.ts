import { expect, test } from 'vitest';
import type { Point } from '../model/telemetry.ts';
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
const link = (fields: object, interfaceName = 'ge-0/0/0'): Point => ({
  measurement: 'interfaces',
  interfaceName,
  tags,
  time: now,
  fields: { in_bytes_rate: 0, out_bytes_rate: 1e9, error_count: 0, admin_status: 1, oper_status: 0, ...fields },
});

test.each<[string, Point]>([
  ['the lowest percentage', cpu(0)],
  ['the highest percentage', cpu(100)],
  ['no errors', critical(0)],
  ['an interface that is down', link({})],
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
])('refuses with "%s"', (reason, point) => {
  expect(refusalOf(point, now)).toBe(reason);
});

test.each<[string, object]>([
  ['tag missing', { tags: { ...tags, router_id: 7 } }],
  ['unknown measurement', { measurement: 'temperature' }],
  ['percentage outside 0-100', { fields: { usage_percent: '50' } }],
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
