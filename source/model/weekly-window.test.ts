import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WeeklyWindow } from './schedule.ts';
import { describeWindow, LEAST_OPENING_MS, nextOpening, openingsBetween } from './weekly-window.ts';

const AMSTERDAM = 'Europe/Amsterdam';
const NEW_YORK = 'America/New_York';
const LORD_HOWE = 'Australia/Lord_Howe';
const saturday: WeeklyWindow = { weekday: 6, start: '01:00', minutes: 240, timeZone: AMSTERDAM };

function sunday(timeZone: string, start: string, minutes: number): WeeklyWindow {
  return { weekday: 7, start, minutes, timeZone };
}

function opening(window: WeeklyWindow, after: string): string | null {
  const found = nextOpening(window, new Date(after));
  return found === null ? null : `${short(found.opensAt)} ${short(found.closesAt)}`;
}

function short(date: Date): string {
  return date.toISOString().replace(':00.000Z', 'Z');
}

describe('nextOpening', () => {
  it.each([
    ['days before', '2026-11-25T12:00:00Z', '2026-11-28T00:00Z 2026-11-28T04:00Z'],
    ['just before', '2026-11-27T23:59:59Z', '2026-11-28T00:00Z 2026-11-28T04:00Z'],
    ['in progress', '2026-11-28T02:30:00Z', '2026-11-28T00:00Z 2026-11-28T04:00Z'],
    ['with 15 minutes left', '2026-11-28T03:45:00Z', '2026-11-28T00:00Z 2026-11-28T04:00Z'],
    ['with less left', '2026-11-28T03:45:01Z', '2026-12-05T00:00Z 2026-12-05T04:00Z'],
    ['just after', '2026-11-28T04:00:00Z', '2026-12-05T00:00Z 2026-12-05T04:00Z'],
    ['across the year', '2026-12-31T23:30:00Z', '2027-01-02T00:00Z 2027-01-02T04:00Z'],
  ])('%s', (_name, after, expected) => {
    expect(opening(saturday, after)).toBe(expected);
  });

  it('goes past midnight into the next day, also when asked then', () => {
    const late: WeeklyWindow = { weekday: 6, start: '23:00', minutes: 240, timeZone: NEW_YORK };
    expect(opening(late, '2026-11-29T06:00:00Z')).toBe('2026-11-29T04:00Z 2026-11-29T08:00Z');
    const wholeDay: WeeklyWindow = { weekday: 6, start: '12:00', minutes: 1440, timeZone: 'UTC' };
    expect(opening(wholeDay, '2026-11-29T11:00:00Z')).toBe('2026-11-28T12:00Z 2026-11-29T12:00Z');
  });

  it.each([
    // The clocks go forward: the same local times, an hour (Lord Howe: half an hour) less.
    [
      'Amsterdam, spring',
      sunday(AMSTERDAM, '01:00', 240),
      '2026-03-28T00:00:00Z',
      '2026-03-29T00:00Z 2026-03-29T03:00Z',
    ],
    ['New York, spring', sunday(NEW_YORK, '01:00', 240), '2026-03-07T00:00:00Z', '2026-03-08T06:00Z 2026-03-08T09:00Z'],
    [
      'Lord Howe, spring',
      sunday(LORD_HOWE, '01:00', 240),
      '2026-10-03T00:00:00Z',
      '2026-10-03T14:30Z 2026-10-03T18:00Z',
    ],
    // The clocks go back: an hour (half an hour) more. In New York the start itself is repeated, and the second one counts.
    [
      'Amsterdam, autumn',
      sunday(AMSTERDAM, '01:00', 240),
      '2026-10-24T00:00:00Z',
      '2026-10-24T23:00Z 2026-10-25T04:00Z',
    ],
    ['New York, autumn', sunday(NEW_YORK, '01:00', 240), '2026-10-31T00:00:00Z', '2026-11-01T06:00Z 2026-11-01T10:00Z'],
    [
      'Lord Howe, autumn',
      sunday(LORD_HOWE, '01:00', 240),
      '2026-04-04T00:00:00Z',
      '2026-04-04T14:00Z 2026-04-04T18:30Z',
    ],
    // The week after is as always.
    [
      'Amsterdam, week after',
      sunday(AMSTERDAM, '01:00', 240),
      '2026-03-29T12:00:00Z',
      '2026-04-04T23:00Z 2026-04-05T03:00Z',
    ],
    // A start that does not exist (02:30) is when the clock shows the time after it, 03:30.
    ['a skipped start', sunday(AMSTERDAM, '02:30', 120), '2026-03-28T00:00:00Z', '2026-03-29T01:30Z 2026-03-29T02:30Z'],
    // Skipped whole, or all but a moment: not this week.
    ['skipped whole', sunday(AMSTERDAM, '02:00', 60), '2026-03-28T00:00:00Z', '2026-04-05T00:00Z 2026-04-05T01:00Z'],
    [
      'skipped but for a moment',
      sunday(AMSTERDAM, '02:30', 70),
      '2026-03-28T00:00:00Z',
      '2026-04-05T00:30Z 2026-04-05T01:40Z',
    ],
    // A start that exists twice (02:30) is the second, an end the first.
    [
      'a repeated start',
      sunday(AMSTERDAM, '02:30', 120),
      '2026-10-24T00:00:00Z',
      '2026-10-25T01:30Z 2026-10-25T03:30Z',
    ],
    ['a repeated end', sunday(AMSTERDAM, '01:00', 90), '2026-10-24T00:00:00Z', '2026-10-24T23:00Z 2026-10-25T00:30Z'],
    [
      'within the repeated hour',
      sunday(AMSTERDAM, '02:10', 40),
      '2026-10-24T00:00:00Z',
      '2026-10-25T00:10Z 2026-10-25T00:50Z',
    ],
  ])('when the clocks change: %s', (_name, window, after, expected) => {
    expect(opening(window, after)).toBe(expected);
  });

  it('has none for a zone or a start that is none', () => {
    expect(nextOpening({ ...saturday, timeZone: 'Mars/Olympus' }, new Date())).toBeNull();
    expect(nextOpening({ ...saturday, start: '25:00' }, new Date())).toBeNull();
  });

  it('is never over, always long enough, and within a fortnight and the local times', () => {
    const windows = fc.record({
      weekday: fc.integer({ min: 1, max: 7 }),
      start: fc
        .integer({ min: 0, max: 1439 })
        .map((minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`),
      minutes: fc.integer({ min: 15, max: 1440 }),
      timeZone: fc.constantFrom(AMSTERDAM, NEW_YORK, LORD_HOWE, 'UTC', 'Asia/Kathmandu', 'Pacific/Apia'),
    });
    const times = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(windows, times, (window, after) => {
        const found = nextOpening(window, after);
        expect(found).not.toBeNull();
        if (found === null) return;
        expect(found.closesAt.getTime() - Math.max(found.opensAt.getTime(), after.getTime())).toBeGreaterThanOrEqual(
          LEAST_OPENING_MS,
        );
        expect(found.opensAt.getTime() - after.getTime()).toBeLessThanOrEqual(15 * 86_400_000);
        expect(found.closesAt.getTime() - found.opensAt.getTime()).toBeLessThanOrEqual((window.minutes + 60) * 60_000);
        // The local clock, read by other means: at the opening it shows the start, or later where the start is skipped.
        const local = new Intl.DateTimeFormat('en-GB', {
          timeZone: window.timeZone,
          hour: '2-digit',
          minute: '2-digit',
        });
        expect(local.format(found.opensAt) >= window.start).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('describeWindow', () => {
  it('names weekday, local times and zone', () => {
    expect(describeWindow(saturday)).toBe('Sat 01:00–05:00 Europe/Amsterdam');
    expect(describeWindow({ weekday: 7, start: '23:30', minutes: 60, timeZone: 'UTC' })).toBe('Sun 23:30–00:30 UTC');
    expect(describeWindow({ weekday: 1, start: '00:00', minutes: 1440, timeZone: 'UTC' })).toBe('Mon 00:00–00:00 UTC');
  });
});

describe('openingsBetween', () => {
  it('gives what nextOpening gives, one after the other, also where the clocks change', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom('00:30', '01:00', '02:30', '03:00', '23:30'),
        fc.constantFrom(15, 60, 240, 1440),
        fc.constantFrom(AMSTERDAM, NEW_YORK, LORD_HOWE, 'UTC'),
        (weekday, start, minutes, timeZone) => {
          const window = { weekday, start, minutes, timeZone };
          const [from, to] = [new Date('2026-03-01T00:00:00Z'), new Date('2026-04-20T00:00:00Z')];
          const stepped: string[] = [];
          let after = from;
          for (;;) {
            const next = nextOpening(window, after);
            if (next === null || next.opensAt >= to) break;
            stepped.push(next.opensAt.toISOString());
            after = next.closesAt;
          }
          const listed = openingsBetween(window, from, to).map(({ opensAt }) => opensAt.toISOString());
          // One that has less than 15 minutes left at the first moment is listed, though nothing begins in it any more.
          expect(listed.slice(-stepped.length)).toEqual(stepped);
          expect(listed.length - stepped.length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('has none in a zone that is none', () => {
    expect(openingsBetween({ ...saturday, timeZone: 'Mars/Olympus' }, new Date(0), new Date(1e10))).toEqual([]);
  });
});
