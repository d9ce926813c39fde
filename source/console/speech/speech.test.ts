import { describe, expect, it } from 'vitest';
import { createTheme } from '../theme/theme.ts';
import { spokenLine } from './spoken-line.ts';
import { spokenSeries, trendOf } from './trend.ts';

describe('a line that is read', () => {
  it.each([
    [createTheme(3).paint('bad', '✖ cpu'), 'failed cpu'],
    [' netup  acme ▸ fleet      ana (approver)  pg ● 12ms', 'netup, acme in fleet, ana (approver), pg up 12ms'],
    ['────────────', ''],
    ['│ 100% ┤   ╭──╮     │', '100%'],
    ['✔ precheck        9 checks            0:12', 'ok precheck, 9 checks, 0:12'],
    ['✖ failed', 'failed'],
    ['ams   ▁▂▃▄▅▆▇█  91%', 'ams, 91%'],
    ['(•) now   ( ) at', 'chosen now, not chosen at'],
    ['cpu mean 84.2% ≤ 80%', 'cpu mean 84.2% at most 80%'],
    ['21.4R3 → 22.4R3   ▶ running', '21.4R3 to 22.4R3, running'],
  ])('%j', (painted, said) => {
    expect(spokenLine(painted)).toBe(said);
  });
});

it('says where a series goes', () => {
  expect(trendOf([10, 10, 10, 10])).toBe('steady');
  expect(trendOf([10, 10, 10, 30])).toBe('rising');
  expect(trendOf([50, 50, null, 50, 20])).toBe('falling');
  expect(trendOf([50])).toBeNull();
  expect(spokenSeries([20, 20, 20, 91], (value) => `${value} percent`)).toBe(
    'last 91 percent, least 20 percent, greatest 91 percent, rising',
  );
  expect(spokenSeries([20, 20, 20, null], String)).toContain('nothing lately');
  expect(spokenSeries([null, null], String)).toBe('no data');
});
