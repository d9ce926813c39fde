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
  expect(
    lineOf({ measurement: 'system', component: 'fan,1', tags, time: 1000, fields: { fan_rpm: 0, uptime_seconds: 7 } }),
  ).toBe(String.raw`system,component=fan\,1,${tagSet} fan_rpm=0,uptime_seconds=7i 1000`);
  const fields = { in_bytes_rate: 1.5, out_bytes_rate: 1e21, error_count: 0, admin_status: 1, oper_status: 0 } as const;
  expect(lineOf({ measurement: 'interfaces', interfaceName: 'ge 0', tags, time: 1000, fields })).toBe(
    String.raw`interfaces,interface_name=ge\ 0,${tagSet} in_bytes_rate=1.5,out_bytes_rate=1e+21,error_count=0i,admin_status=1i,oper_status=0i 1000`,
  );
});

test('names and ids are quoted strings, and a counter near its end is still an integer', () => {
  const fields = { upgrade_id: '42', step: 'activate', step_status: 'running', percent: 60.5 } as const;
  expect(lineOf({ measurement: 'upgrade_progress', tags, time: 1000, fields })).toBe(
    `upgrade_progress,${tagSet} upgrade_id="42",step="activate",step_status="running",percent=60.5 1000`,
  );
  const states = { admin_status: 1, oper_status: 1 } as const;
  const line = lineOf({
    measurement: 'interfaces',
    interfaceName: 'a',
    tags,
    time: 1000,
    fields: { ...states, in_bytes: 2 ** 63 - 1024 },
  });
  expect(BigInt(/in_bytes=(\d+)i /u.exec(line)?.[1] ?? 0n)).toBeLessThan(2n ** 63n);
});
