import { expect, test } from 'vitest';
import { parseUptime } from './uptime.ts';

test.each([
  ['2 years, 31 weeks, 6 days, 9 hours, 55 minutes', 82_374_900],
  ['1 hour and 5 minutes', 3900],
  ['45 seconds', 45],
  ['0 minutes', 0],
  ['', null],
  ['a long time', null],
])('%s', (text, seconds) => {
  expect(parseUptime(text)).toBe(seconds);
});
