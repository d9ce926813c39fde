import { expect, test } from 'vitest';
import { HealthCollector, NO_PARTS, summaryOf } from './health-parts.ts';

test('parts add up, weighted by their samples', () => {
  const collector = new HealthCollector();
  collector.add('r1', {
    samples: 3,
    cpuSum: 30,
    cpuMax: 15,
    cpuLatest: { value: 5, at: 300 },
    criticalErrors: 2,
    newestAt: 300,
  });
  collector.add('r1', { samples: 1, cpuSum: 90, cpuMax: 90, cpuLatest: { value: 90, at: 200 }, newestAt: 200 });
  collector.add('r1', { memoryMinFree: 0, memoryLatest: { value: 0, at: 100 }, criticalErrors: 1, newestAt: 100 });
  collector.add('r1', { memoryMinFree: 20, memoryLatest: { value: 20, at: 400 }, newestAt: 400 });
  expect(collector.summaries().get('r1')).toEqual({
    cpuMean: 30,
    cpuMax: 90,
    cpuLatest: 5,
    memoryMinFree: 0,
    memoryLatestFree: 20,
    criticalErrors: 3,
    samples: 4,
    newestAt: 400,
  });
});

test('a router that sent nothing has no summary, whatever else was asked about it', () => {
  expect(summaryOf(NO_PARTS)).toBeNull();
  const collector = new HealthCollector();
  collector.add('silent', { criticalErrors: 0 });
  expect(collector.summaries()).toEqual(new Map());
});
