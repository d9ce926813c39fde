import { expect, test } from 'vitest';
import { read, type Scope } from './flux-parts.ts';

const scope: Scope = {
  bucket: 'telemetry',
  organizationId: '11111111-1111-4111-8111-111111111111',
  window: { start: 0, end: 1000 },
  routerIds: ['r1', 'r"2'],
};

test('a read is static filters on measurement, fields, organization and routers', () => {
  expect(String(read(scope, 'memory', 'free_percent', 'used_bytes'))).toBe(
    'from(bucket: "telemetry") |> range(start: 1970-01-01T00:00:00.000Z, stop: 1970-01-01T00:00:01.000Z) ' +
      '|> filter(fn: (r) => r._measurement == "memory" and (r._field == "free_percent" or r._field == "used_bytes") ' +
      String.raw`and r.organization == "11111111-1111-4111-8111-111111111111" and (r.router_id == "r1" or r.router_id == "r\"2"))`,
  );
  expect(String(read({ ...scope, routerIds: null }, 'system'))).toContain(
    'r._measurement == "system" and r.organization',
  );
});

test('nothing can be asked for that the definition does not have, not even by what the compiler did not see', () => {
  const names: { measurement: 'cpu'; field: 'usage_percent' } = JSON.parse(
    '{"measurement": "mem", "field": "\\" or true"}',
  );
  expect(() => read(scope, names.measurement)).toThrow(new RangeError('No measurement: mem.'));
  expect(() => read(scope, 'cpu', names.field)).toThrow(new RangeError('No field of cpu: " or true.'));
});
