import { expect, test } from 'vitest';
import { localHour } from './local-hour.ts';

test.each([
  ['2026-11-20T12:30:00Z', 'UTC', 12.5],
  ['2026-11-20T12:30:00Z', 'Asia/Kolkata', 18],
  ['2026-11-20T03:00:00Z', 'America/New_York', 22],
  ['2026-07-20T03:00:00Z', 'America/New_York', 23],
  ['2026-11-20T23:00:00Z', 'Pacific/Auckland', 12],
])('%s in %s is %d', (time, zone, hour) => {
  expect(localHour(Date.parse(time), zone)).toBe(hour);
  expect(localHour(Date.parse(time), zone)).toBe(hour);
});
