import { assert, bigInt, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counterIncrease, counterRate, type CounterReading } from './counter-rate.ts';

const at = (value: bigint, uptimeSeconds: number | null = null): CounterReading => ({ value, uptimeSeconds });
const turn32 = 2n ** 32n;
const turn64 = 2n ** 64n;

describe('a rate', () => {
  test('is the difference by the time', () => {
    expect(counterRate(at(1000n), at(7000n), 60, 64)).toBe(100);
    expect(counterRate(at(7000n), at(7000n), 60, 64)).toBe(0);
    expect(counterRate(at(2n ** 63n), at(2n ** 63n + 1n), 0.5, 64)).toBe(2);
  });

  test.each([
    [32, turn32 - 500n, 5500n],
    [64, turn64 - 500n, 5500n],
  ] as const)('goes on when a counter of %i bits goes around', (bits, before, after) => {
    expect(counterRate(at(before), at(after), 60, bits)).toBe(100);
    expect(counterRate(at(before, 1000), at(after, 1060), 60, bits, 125_000_000 / 10)).toBe(100);
  });

  test('of what went up by less than half a turn is right, wherever the counter stood', () => {
    for (const [bits, turn] of [
      [32, turn32],
      [64, turn64],
    ] as const) {
      assert(
        property(
          bigInt({ min: 0n, max: turn - 1n }),
          bigInt({ min: 0n, max: turn / 2n - 1n }),
          integer({ min: 1, max: 900 }),
          (start, increase, seconds) => {
            expect(counterIncrease(at(start), at((start + increase) % turn), seconds, bits)).toBe(increase);
          },
        ),
      );
    }
  });
});

describe('there is no rate', () => {
  test('after a restart, even if the counter is above where it was', () => {
    expect(counterRate(at(1000n, 500_000), at(400n, 30), 60, 64)).toBeNull();
    expect(counterRate(at(1000n, 500_000), at(5000n, 30), 60, 64)).toBeNull();
    expect(counterRate(at(10n, 20), at(5000n, 50), 60, 64)).toBeNull();
    expect(counterRate(at(turn32 - 1n, 500_000), at(5000n, 30), 60, 32)).toBeNull();
  });

  test('but an answer that was some seconds late is no restart', () => {
    expect(counterRate(at(0n, 1000), at(600n, 1052), 60, 64)).toBe(10);
  });

  test('when a counter was cleared', () => {
    expect(counterRate(at(10n ** 12n), at(0n), 60, 64)).toBeNull();
    expect(counterRate(at(10n ** 6n), at(500n), 60, 32)).toBeNull();
    // Three quarters of a turn: only the speed of the interface tells.
    expect(counterRate(at(3n * 2n ** 30n), at(0n), 60, 32)).toBeCloseTo(2 ** 30 / 60);
    expect(counterRate(at(3n * 2n ** 30n), at(0n), 60, 32, 1_250_000)).toBeNull();
  });

  test('when the counter may have gone around more than once', () => {
    const tenGigabit = 1_250_000_000;
    expect(counterRate(at(0n), at(1000n), 60, 32, tenGigabit)).toBeNull();
    expect(counterRate(at(0n), at(1000n), 2, 32, tenGigabit)).toBe(500);
    expect(counterRate(at(0n), at(6000n), 60, 64, tenGigabit)).toBe(100);
  });

  test('above what the interface can carry, but for some inaccuracy of time', () => {
    expect(counterRate(at(0n), at(63_000n), 60, 64, 1000)).toBe(1050);
    expect(counterRate(at(0n), at(120_000n), 60, 64, 1000)).toBeNull();
  });

  test.each([0, -1, Number.NaN, 901, Number.POSITIVE_INFINITY])('over %d seconds', (seconds) => {
    expect(counterRate(at(0n), at(1000n), seconds, 64)).toBeNull();
  });

  test('from what is no reading of such a counter', () => {
    expect(counterRate(at(-1n), at(1000n), 60, 64)).toBeNull();
    expect(counterRate(at(0n), at(turn32), 60, 32)).toBeNull();
  });
});
