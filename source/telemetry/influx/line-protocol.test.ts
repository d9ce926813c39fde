import { expect, test } from 'vitest';
import { lineOf } from './line-protocol.ts';

const tags = {
  router_id: 'a b,c=d',
  organization: '11111111-1111-4111-8111-111111111111',
  vendor: 'Cisco Systems',
  site: 'ams-1',
};
const tagSet = String.raw`organization=11111111-1111-4111-8111-111111111111,router_id=a\ b\,c\=d,site=ams-1,vendor=Cisco\ Systems`;

test('percentages and rates are floats, counts and states integers', () => {
  expect(lineOf({ measurement: 'cpu', tags, time: 1000, fields: { usage_percent: 42 } })).toBe(
    `cpu,${tagSet} usage_percent=42 1000`,
  );
  expect(lineOf({ measurement: 'memory', tags, time: 1000, fields: { free_percent: 0.1 } })).toBe(
    `memory,${tagSet} free_percent=0.1 1000`,
  );
  expect(lineOf({ measurement: 'errors', severity: 'critical', tags, time: 1000, fields: { error_count: 3 } })).toBe(
    `errors,severity=critical,${tagSet} error_count=3i 1000`,
  );
  const fields = { in_bytes_rate: 1.5, out_bytes_rate: 1e21, error_count: 0, admin_status: 1, oper_status: 0 } as const;
  expect(lineOf({ measurement: 'interfaces', interfaceName: 'ge 0', tags, time: 1000, fields })).toBe(
    String.raw`interfaces,interface_name=ge\ 0,${tagSet} in_bytes_rate=1.5,out_bytes_rate=1e+21,error_count=0i,admin_status=1i,oper_status=0i 1000`,
  );
});
