import { expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.ts';

it('lets a burst through, then so many a second, for each caller', () => {
  let now = 0;
  const limiter = new RateLimiter(2, 3, () => now);
  const take = (caller: string, count: number): number[] => Array.from({ length: count }, () => limiter.take(caller));
  expect(take('a', 5)).toEqual([0, 0, 0, 1, 1]);
  expect(limiter.take('b')).toBe(0);
  now = 500;
  expect(take('a', 2)).toEqual([0, 1]);
  now = 60_000;
  expect(take('a', 4)).toEqual([0, 0, 0, 1]);
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
  expect(limiter.take('a')).toBe(1);
});
