import { describe, expect, it } from 'vitest';
import { formatAge, formatSpan, formatStopwatch } from './age.ts';
import { formatBitRate, formatBytes, formatPercent, plural } from './numbers.ts';
import { formatClock, formatDay, formatTime } from './times.ts';

describe('ages and spans', () => {
  it.each([
    [-5, 'now'],
    [999, 'now'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [47 * 3_600_000, '47 h'],
    [49 * 3_600_000, '2 d'],
  ])('%i ms ago is %s', (milliseconds, text) => expect(formatAge(milliseconds)).toBe(text));

  it.each([
    [12_400, '12 s'],
    [41 * 60_000, '41 min'],
    [3 * 3_600_000 + 5 * 60_000, '3 h 5 min'],
    [51 * 3_600_000, '2 d 3 h'],
    [48 * 3_600_000, '2 d'],
  ])('%i ms is %s', (milliseconds, text) => expect(formatSpan(milliseconds)).toBe(text));

  it.each([
    [-5000, '0:00'],
    [12_900, '0:12'],
    [41 * 60_000 + 7000, '41:07'],
    [3_725_000, '1:02:05'],
  ])('a stopwatch shows %i ms as %s', (milliseconds, text) => expect(formatStopwatch(milliseconds)).toBe(text));
});

describe('numbers', () => {
  it('groups, scales and pluralises', () => {
    expect(plural(1, 'router')).toBe('1 router');
    expect(plural(48_212, 'router')).toBe('48,212 routers');
    expect(formatBytes(905_283_584)).toBe('905.3 MB');
    expect(formatBytes(999)).toBe('999 B');
    expect(formatBitRate(11_762_500)).toBe('94 Mb/s');
    expect(formatBitRate(0)).toBe('0 b/s');
  });

  it('does not show a missing figure as zero', () => {
    expect(formatPercent(0)).toBe('0%');
    expect(formatPercent(null)).toBe('?');
  });
});

describe('times', () => {
  const winter = Date.UTC(2026, 10, 28, 0, 0);
  const summer = Date.UTC(2026, 6, 4, 22, 30);

  it('names the zone, in summer and winter', () => {
    expect(formatTime(winter, 'utc', 'Europe/Amsterdam')).toBe('2026-11-28 00:00 UTC');
    expect(formatTime(winter, 'site', 'Europe/Amsterdam')).toBe('2026-11-28 01:00 CET');
    expect(formatTime(summer, 'site', 'Europe/Amsterdam')).toBe('2026-07-05 00:30 CEST');
    expect(formatDay(winter, 'site', 'Europe/Amsterdam')).toBe('Sat 2026-11-28 01:00 CET');
  });

  it('shows midnight as 00:00 in zones of half hours too', () => {
    expect(formatClock(Date.UTC(2026, 10, 27, 18, 30), 'site', 'Asia/Kolkata')).toBe('00:00 GMT+5:30');
  });
});
