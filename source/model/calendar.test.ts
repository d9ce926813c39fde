import { expect, it } from 'vitest';
import {
  addDays,
  addMonths,
  type CalendarSources,
  dayOf,
  entriesByDay,
  monthOf,
  spanOf,
  weekOf,
  zoneOfCalendar,
} from './calendar.ts';

const AMSTERDAM = 'Europe/Amsterdam';
const night = { weekday: 7, start: '23:00', minutes: 240, timeZone: AMSTERDAM };
const sources: CalendarSources = {
  windows: [{ policyId: '3', name: 'night', site: null, window: night, shared: false, routers: 2 }],
  blackouts: [
    {
      id: '9',
      site: null,
      from: new Date('2026-10-25T12:00:00Z'),
      to: new Date('2026-10-26T23:00:00Z'),
      reason: 'fair',
      createdBy: 'ana',
    },
  ],
  upgrades: [],
  zones: new Map([['ams', AMSTERDAM]]),
};

it('has days of 23, 24 and 25 hours', () => {
  const hours = (day: string): number => {
    const { from, to } = spanOf(day, AMSTERDAM);
    return (to.getTime() - from.getTime()) / 3_600_000;
  };
  expect(['2026-03-29', '2026-10-25', '2026-11-01'].map(hours)).toEqual([23, 25, 24]);
  expect(dayOf(new Date('2026-10-25T22:59:00Z'), AMSTERDAM)).toBe('2026-10-25');
  expect(dayOf(new Date('2026-10-25T23:00:00Z'), AMSTERDAM)).toBe('2026-10-26');
});

it('puts what crosses midnight on both days, and ends a blackout with the day before its end', () => {
  const days = ['2026-10-25', '2026-10-26', '2026-10-27'];
  const found = entriesByDay(sources, days, AMSTERDAM);
  expect(days.map((day) => found.get(day)?.map(({ kind }) => kind))).toEqual([
    ['blackout', 'window'],
    ['blackout', 'window'],
    [],
  ]);
  // The night of Sunday is a night of winter time.
  expect(found.get('2026-10-25')?.[1]).toMatchObject({
    from: new Date('2026-10-25T22:00:00Z'),
    to: new Date('2026-10-26T02:00:00Z'),
  });
});

it('has an upgrade with a time on its day, also at midnight', () => {
  const from = spanOf('2026-11-28', AMSTERDAM).from;
  const group = { batchId: 'b', wave: 1, waves: null, count: 1, pending: 0, upgradeId: '1', hostname: 'a', sites: [] };
  const upgrades = [{ ...group, from, to: null, timeZone: AMSTERDAM }];
  const found = entriesByDay(
    { ...sources, windows: [], blackouts: [], upgrades },
    ['2026-11-27', '2026-11-28'],
    AMSTERDAM,
  );
  expect([...found.values()].map(({ length }) => length)).toEqual([0, 1]);
});

it('begins weeks on Monday, shows a month in six weeks, and moves by days and months', () => {
  expect(weekOf('2026-11-29')).toEqual([...Array(7).keys()].map((index) => `2026-11-${23 + index}`));
  expect(monthOf('2026-11-15')[0]).toBe('2026-10-26');
  expect(monthOf('2026-11-15').at(-1)).toBe('2026-12-06');
  expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
});

it('has the zone of most windows', () => {
  expect(zoneOfCalendar(sources)).toBe(AMSTERDAM);
  expect(zoneOfCalendar({ windows: [], zones: new Map([['x', 'Asia/Tokyo']]) })).toBe('Asia/Tokyo');
  const shared = [
    { policyId: '1', name: 'x', site: null, window: { ...night, timeZone: 'Etc/UTC' }, shared: true, routers: 1 },
  ];
  expect(zoneOfCalendar({ windows: shared, zones: sources.zones })).toBe(AMSTERDAM);
  expect(zoneOfCalendar({ windows: shared, zones: new Map() })).toBe('Etc/UTC');
  expect(zoneOfCalendar({ windows: [], zones: new Map() })).toBe('UTC');
});
