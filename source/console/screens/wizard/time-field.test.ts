import { describe, expect, it } from 'vitest';
import { readTime } from './time-field.ts';

describe('readTime', () => {
  it.each([
    ['2026-11-28 01:00', 'Europe/Amsterdam', '2026-11-28T00:00:00.000Z'],
    ['2026-07-04 1:30', 'UTC', '2026-07-04T01:30:00.000Z'],
    [' 2026-07-04T01:30 ', 'America/New_York', '2026-07-04T05:30:00.000Z'],
  ])('reads %s in %s', (text, zone, instant) => {
    expect(readTime(text, zone)).toEqual({ ok: true, at: new Date(instant) });
  });

  it.each([
    ['', 'UTC', 'write it as YYYY-MM-DD HH:MM'],
    ['tomorrow', 'UTC', 'write it as YYYY-MM-DD HH:MM'],
    ['2026-02-30 10:00', 'UTC', 'there is no such time in UTC, or it is there twice'],
    // The clocks skip this hour in spring and show this one twice in autumn.
    ['2026-03-29 02:30', 'Europe/Amsterdam', 'there is no such time in Europe/Amsterdam, or it is there twice'],
    ['2026-10-25 02:30', 'Europe/Amsterdam', 'there is no such time in Europe/Amsterdam, or it is there twice'],
  ])('refuses %j in %s', (text, zone, fault) => {
    expect(readTime(text, zone)).toEqual({ ok: false, fault });
  });
});
