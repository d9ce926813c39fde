import { expect, it } from 'vitest';
import { windowUpTo } from './window.ts';

const now = new Date('2026-11-24T12:00:00Z');

it.each([
  ['5m', '7d', 300_000],
  ['2h', '7d', 7_200_000],
  ['1d', '24h', 86_400_000],
  ['7d', '7d', 604_800_000],
])('%s is so many milliseconds up to now', (written, longest, length) => {
  expect(windowUpTo(now, written, longest)).toEqual({ start: now.getTime() - length, end: now.getTime() });
});

it.each(['4m', '25h', '2', 'h', '-2h', '2h ', '2H', '1e3m', '', '99999d', '2h)|>drop()'])(
  '%j is refused',
  (written) => {
    expect(() => windowUpTo(now, written, '24h')).toThrow('from 5m to 24h');
  },
);
