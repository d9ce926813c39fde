import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { readUptime, type Uptime } from './uptime.ts';

const DAY = 86_400;
const TURN = 2 ** 32;

function at(seconds: number, day: number, previous: Uptime | null, engineTime: number | null = null): Uptime | null {
  const sysUpTime = Math.round(seconds * 100) % TURN;
  return readUptime({ sysUpTime, engineTime, hostUptime: null, at: day * DAY }, previous);
}

test('turns of 497 days are counted while a device is polled', () => {
  const before = at(497 * DAY, 0, null);
  const after = at(498 * DAY, 1, before);
  expect([before?.seconds, after?.seconds]).toEqual([497 * DAY, 498 * DAY]);
  expect(at(499 * DAY, 2, after)?.seconds).toBe(499 * DAY);
});

test('a restart is none', () => {
  const before = at(600 * DAY, 0, null, 600 * DAY);
  expect(before?.seconds).toBe(600 * DAY);
  expect(at(60, 1, before)?.seconds).toBe(60);
  expect(at(60, 1, before, 60)?.seconds).toBe(60);
});

test('the time of an engine that began at another time is left alone', () => {
  expect(at(30 * DAY, 0, null, 400 * DAY)?.seconds).toBe(30 * DAY);
  expect(at(30 * DAY, 0, null, 5)?.seconds).toBe(30 * DAY);
});

test('the uptime of the host counts before that of its agent', () => {
  expect(readUptime({ sysUpTime: 500, engineTime: 5, hostUptime: 90_000, at: 0 }, null)?.seconds).toBe(900);
  expect(readUptime({ sysUpTime: null, engineTime: 5, hostUptime: null, at: 0 }, null)).toBeNull();
});

test('polled each day, it is never wrong', () => {
  assert(
    property(integer({ min: 0, max: 490 }), integer({ min: 1, max: 1500 }), (start, days) => {
      let uptime: Uptime | null = null;
      for (let day = 0; day <= days; day += 1) uptime = at((start + day) * DAY, day, uptime);
      expect(uptime?.seconds).toBe((start + days) * DAY);
    }),
    { numRuns: 30 },
  );
});
