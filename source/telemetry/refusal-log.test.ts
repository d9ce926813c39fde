import { expect, test } from 'vitest';
import { RefusalLog } from './refusal-log.ts';

test('each reason has one line a minute, with how many there were since the last', () => {
  let now = 1_000_000;
  const lines: object[] = [];
  const log = new RefusalLog({ info: () => undefined, warn: (details) => lines.push(details) }, () => now);
  for (let second = 0; second < 150; second += 1) {
    log.add('time invalid', 2);
    if (second % 100 === 0) log.add('InfluxDB 400: unable to parse', 1, `line ${second}`);
    now += 1000;
  }
  expect(lines).toEqual([
    { reason: 'time invalid', points: 2 },
    { reason: 'InfluxDB 400: unable to parse', points: 1, detail: 'line 0' },
    { reason: 'time invalid', points: 120 },
    { reason: 'InfluxDB 400: unable to parse', points: 1, detail: 'line 100' },
    { reason: 'time invalid', points: 120 },
  ]);
  log.flush();
  log.flush();
  expect(lines.slice(5)).toEqual([{ reason: 'time invalid', points: 58 }]);
});
