import { describe, expect, it } from 'vitest';
import { aPolicy } from '../../test/support/model-examples.ts';
import { resolveSchedule, whyTooLate, whyTooLateToBegin } from './resolve-schedule.ts';

const now = new Date('2026-11-25T12:00:00Z');
const minutesLater = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000);
const window = { weekday: 6, start: '01:00', minutes: 240, timeZone: 'Europe/Amsterdam' } as const;

describe('resolveSchedule', () => {
  it('keeps now and a time ahead as they are', () => {
    expect(resolveSchedule({ kind: 'now' }, null, now)).toEqual({ ok: true, schedule: { kind: 'now' } });
    const at = minutesLater(1);
    expect(resolveSchedule({ kind: 'at', at }, null, now)).toEqual({ ok: true, schedule: { kind: 'at', at } });
  });

  it.each([
    [now, 'the time 2026-11-25 12:00 UTC has passed'],
    [minutesLater(-1), 'the time 2026-11-25 11:59 UTC has passed'],
    [minutesLater(370 * 1440), 'the time 2027-11-30 12:00 UTC is more than a year ahead'],
    [new Date(Number.NaN), 'the time is not a date'],
  ])('refuses the time %s', (at, reason) => {
    expect(resolveSchedule({ kind: 'at', at }, null, now)).toEqual({ ok: false, reason });
  });

  it("turns the policy's window into its next opening", () => {
    expect(resolveSchedule({ kind: 'window' }, aPolicy({ window }), now)).toEqual({
      ok: true,
      schedule: {
        kind: 'window',
        opensAt: new Date('2026-11-28T00:00:00Z'),
        closesAt: new Date('2026-11-28T04:00:00Z'),
      },
    });
  });

  it.each([
    [null, 'no policy applies, so there is no maintenance window'],
    [aPolicy({ name: 'core\u001b[2J', window: null }), 'the policy core has no maintenance window'],
    [
      aPolicy({ name: 'core', window: { ...window, timeZone: 'Mars/Olympus' } }),
      'the maintenance window of the policy core never opens (Mars/Olympus)',
    ],
  ])('says why there is no window', (policy, reason) => {
    expect(resolveSchedule({ kind: 'window' }, policy, now)).toEqual({ ok: false, reason });
  });
});

describe('whyTooLate', () => {
  it('never ends for now, and is kind to a start of a quarter of an hour ago', () => {
    expect(whyTooLate({ kind: 'now' }, now)).toBeNull();
    expect(whyTooLate({ kind: 'at', at: minutesLater(-15) }, now)).toBeNull();
    expect(whyTooLate({ kind: 'at', at: minutesLater(-16) }, now)).toBe('its time, 2026-11-25 11:44 UTC, has passed');
  });

  it('ends for a window when too little of it is left', () => {
    const opensAt = minutesLater(-60);
    expect(whyTooLate({ kind: 'window', opensAt, closesAt: minutesLater(15) }, now)).toBeNull();
    expect(whyTooLate({ kind: 'window', opensAt, closesAt: minutesLater(14) }, now)).toBe(
      'its window closes at 2026-11-25 12:14 UTC, which is too late to begin',
    );
  });
});

describe('whyTooLateToBegin', () => {
  it('gives a chosen time 4 hours, for what is kept waiting', () => {
    expect(whyTooLateToBegin({ kind: 'at', at: minutesLater(-240) }, now)).toBeNull();
    expect(whyTooLateToBegin({ kind: 'at', at: minutesLater(-241) }, now)).toBe(
      'its time, 2026-11-25 07:59 UTC, passed more than 4 hours ago',
    );
  });

  it('keeps to a window, and lets now begin at any time', () => {
    expect(whyTooLateToBegin({ kind: 'now' }, now)).toBeNull();
    const closing = { kind: 'window', opensAt: minutesLater(-60), closesAt: minutesLater(14) } as const;
    expect(whyTooLateToBegin(closing, now)).toContain('which is too late to begin');
  });
});
