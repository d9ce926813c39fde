import { describe, expect, it } from 'vitest';
import { duration, percent, percentBeside } from './gate-figures.ts';

describe('figures of gates', () => {
  it.each([
    [84.23, 80, '84.2%'],
    [80, 80, '80.0%'],
    [80.04, 80, '80.04%'],
    [79.96, 80, '79.96%'],
    [80.0001, 80, '80.0001%'],
    [12.34, 12.3, '12.34%'],
    [null, 80, 'no data'],
  ])('%s beside %s is %s', (value, limit, text) => {
    expect(percentBeside(value, limit)).toBe(text);
  });

  it.each([
    [80, '80%'],
    [12.5, '12.5%'],
    [0.25, '0.25%'],
  ])('the limit %s is %s', (value, text) => {
    expect(percent(value)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [-5000, '0 s'],
    [45_000, '45 s'],
    [125_000, '2 min 5 s'],
    [7_200_000, '2 h'],
    [12_000_000, '3 h 20 min'],
    [86_400_000 * 2 + 30_000, '2 d'],
  ])('%s ms is %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});
