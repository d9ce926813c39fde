import { expect, it } from 'vitest';
import type { HealthSummary } from '../../model/health.ts';
import { pageWorst } from './worst-first.ts';

const health = (cpuMean: number | null): HealthSummary => ({
  cpuMean,
  cpuMax: null,
  cpuLatest: null,
  memoryMinFree: null,
  memoryLatestFree: null,
  criticalErrors: null,
  samples: 1,
  newestAt: null,
});

it('gives every router once, the worst first, those without the figure last', () => {
  const fleet = new Map([
    ['c', health(5)],
    ['a', health(null)],
    ['b', health(5)],
    ['d', health(0)],
    ['e', health(90)],
  ]);
  const seen: string[] = [];
  let after: { worse: number; routerId: string } | null = null;
  for (;;) {
    const page = pageWorst(fleet, ({ cpuMean }) => cpuMean, after, 2);
    seen.push(...page.rows.map(({ routerId }) => routerId));
    const last = page.rows.at(-1);
    if (!page.more || last === undefined) break;
    // As it comes back from a client.
    after = JSON.parse(JSON.stringify({ worse: last.worse, routerId: last.routerId }));
  }
  expect(seen).toEqual(['e', 'b', 'c', 'd', 'a']);
});
