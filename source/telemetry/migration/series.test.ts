import { expect, test } from 'vitest';
import { migrated, seriesKey, seriesOf } from './series.ts';

const organizationOf = (id: string) => (id === 'R1' ? 'acme' : null);

function key(measurement: string, tags: Readonly<Record<string, string>>): string {
  return seriesKey(
    migrated(seriesOf(new Map(Object.entries({ _measurement: measurement, _field: 'f', ...tags }))), organizationOf),
  );
}

test.each([
  ['mem', { router_id: 'R1' }, 'memory', { router_id: 'R1', organization: 'acme' }],
  ['mem', { router_id: 'R1', organization: 'x' }, 'memory', { organization: 'x', router_id: 'R1' }],
  ['cpu', { router_id: 'R1', _start: 'now' }, 'cpu', { router_id: 'R1', organization: 'acme' }],
  ['cpu', { router_id: 'R2', organization: '' }, 'cpu', { router_id: 'R2' }],
  ['docker', { router_id: 'R1' }, 'docker', { router_id: 'R1' }],
])('%s with %j becomes %s with %j', (measurement, tags, newMeasurement, newTags) => {
  const wanted = seriesKey({ measurement: newMeasurement, field: 'f', tags: new Map(Object.entries(newTags)) });
  expect(key(measurement, tags)).toBe(wanted);
});

test('series that differ have keys that differ', () => {
  const keys = [
    key('docker', { a: 'b' }),
    key('docker', { a: 'b,c' }),
    key('docker', { a: 'b', c: '' }),
    key('docker', { ab: '' }),
    key('docker', { c: 'b' }),
  ];
  expect(new Set(keys).size).toBe(4);
});
