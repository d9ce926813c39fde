import { expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.ts';

it('lets a burst through, then so many a second, for each caller', () => {
  let now = 0;
  const limiter = new RateLimiter(2, 3, () => now);
  const take = (caller: string, count: number): number[] => Array.from({ length: count }, () => limiter.take(caller));
  expect(take('a', 4)).toEqual([0, 0, 0, 1]);
  expect(limiter.take('b')).toBe(0);
  now = 600;
  expect(take('a', 2)).toEqual([0, 1]);
  now = 60_000;
  expect(take('a', 4)).toEqual([0, 0, 0, 1]);
});

/** How many requests of ten seconds are let through, after the first ten, at a rate of ten a second. */
function letThrough(asked: number): number {
  let now = 0;
  const limiter = new RateLimiter(10, 60, () => now);
  let count = 0;
  for (let request = 0; request < 20 * asked; request += 1) {
    now = (request * 1000) / asked;
    if (limiter.take('a') === 0 && now >= 10_000) count += 1;
  }
  return count;
}

it('gives who asks a little too often nearly all of the rate, and who floods nothing', () => {
  expect(letThrough(10)).toBe(100);
  expect(letThrough(12)).toBeGreaterThan(90);
  expect(letThrough(100)).toBe(0);
});

it('lets a flood wait five seconds at most once it is over', () => {
  let now = 0;
  const limiter = new RateLimiter(10, 60, () => now);
  for (let request = 0; request < 100_000; request += 1) limiter.take('a');
  expect(limiter.take('a')).toBe(5);
  now = 5000;
  expect(limiter.take('a')).toBe(0);
});

it('says how long a slow rate takes', () => {
  const limiter = new RateLimiter(1 / 60, 1, () => 0);
  expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 60]);
});

it('does not lose count when the clock goes back', () => {
  let now = 10_000;
  const limiter = new RateLimiter(1, 1, () => now);
  limiter.take('a');
  now = 0;
  expect(limiter.take('a')).toBeGreaterThan(0);
});
