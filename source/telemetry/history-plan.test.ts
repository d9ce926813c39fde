import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS, planHistory } from './history-plan.ts';

const now = Date.parse('2026-11-24T12:34:00Z');
const back = (ms: number) => ({ start: now - ms, end: now });

describe('the window decides what a history is made of', () => {
  test.each([
    ['cpu', 2 * HOUR_MS, 'raw'],
    ['memory', 12 * HOUR_MS, 'raw'],
    ['cpu', 12 * HOUR_MS + 1, 'hour'],
    ['memory', 7 * DAY_MS, 'hour'],
    ['cpu', 7 * DAY_MS + 1, 'hour'],
    ['memory', 7 * DAY_MS + 1, 'day'],
    ['cpu', 30 * DAY_MS, 'hour'],
    ['memory', 30 * DAY_MS, 'day'],
    ['cpu', 90 * DAY_MS, 'day'],
    ['cpu', 90 * DAY_MS + 1, 'month'],
    ['memory', 365 * DAY_MS, 'month'],
  ] as const)('%s over %i ms: %s', (name, length, resolution) => {
    expect(planHistory(name, back(length), 60, now).resolution).toBe(resolution);
  });

  test('a short window of long ago is not made of readings that have expired', () => {
    const window = { start: now - 8 * DAY_MS, end: now - 8 * DAY_MS + HOUR_MS };
    expect(planHistory('cpu', window, 60, now).resolution).toBe('hour');
    expect(planHistory('memory', window, 60, now).resolution).toBe('day');
  });
});

describe('steps', () => {
  test('of single readings are equal and begin with the window', () => {
    const { edges } = planHistory('cpu', back(2 * HOUR_MS), 120, now);
    expect(edges).toEqual(Array.from({ length: 121 }, (_, step) => now - 2 * HOUR_MS + step * 60_000));
  });

  test('of sums are whole hours or days, the same for every window in them', () => {
    const { edges } = planHistory('cpu', back(30 * DAY_MS), 60, now);
    expect(new Date(edges[0] ?? 0).toISOString()).toBe('2026-10-25T12:00:00.000Z');
    expect(edges).toHaveLength(62);
    expect(edges.every((edge) => edge % (12 * HOUR_MS) === 0)).toBe(true);
    const later = planHistory('cpu', { start: now - 30 * DAY_MS + 60_000, end: now + 60_000 }, 60, now + 60_000);
    expect(later.edges).toEqual(edges);
  });

  test('of a year are the months of the calendar, the current one with them', () => {
    const { edges } = planHistory('memory', back(365 * DAY_MS), 60, now);
    const [first, last] = [edges[0], edges.at(-1)].map((edge) => new Date(edge ?? 0).toISOString());
    expect([first, last, edges.length]).toEqual(['2025-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z', 14]);
  });

  test.each([
    [{ start: now, end: now }, 10],
    [back(HOUR_MS), 0],
  ])('there are none of %o in %i', (window, steps) => {
    expect(() => planHistory('cpu', window, steps, now)).toThrow(RangeError);
  });
});
