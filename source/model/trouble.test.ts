import { describe, expect, it } from 'vitest';
import { aHealth, aPolicy, aRouter } from '../../test/support/model-examples.ts';
import { troublesOf } from './trouble.ts';

const now = new Date('2026-10-15T14:00:00Z');
const at = now.getTime();
const judge = (change: Parameters<typeof aHealth>[1], policy = aPolicy()): readonly string[] =>
  troublesOf(aRouter(), aHealth(now, change), policy, at);

describe('the troubles of a router', () => {
  it('are none while all figures keep to the limits of its policy, the limits themselves included', () => {
    expect(judge({})).toEqual([]);
    expect(judge({ cpuMean: 80, memoryMinFree: 20, criticalErrors: 0, newestAt: at - 300_000 })).toEqual([]);
  });

  it('are each told on their own, and together', () => {
    expect(judge({ cpuMean: 80.1 })).toEqual(['cpu']);
    expect(judge({ memoryMinFree: 19.9 })).toEqual(['memory']);
    expect(judge({ criticalErrors: 1 })).toEqual(['errors']);
    expect(judge({ newestAt: at - 300_001 })).toEqual(['silent']);
    expect(judge({ cpuMean: 99, memoryMinFree: 1, criticalErrors: 9, newestAt: at - 3_600_000 })).toEqual([
      'cpu',
      'memory',
      'errors',
      'silent',
    ]);
  });

  it('follow the policy, and the usual limits without one', () => {
    expect(judge({ cpuMean: 60 }, aPolicy({ maxCpuPercent: 50 }))).toEqual(['cpu']);
    expect(judge({ newestAt: at - 600_000 }, aPolicy({ maxDataAgeSeconds: 900 }))).toEqual([]);
    expect(troublesOf(aRouter(), aHealth(now, { cpuMean: 81 }), null, at)).toEqual(['cpu']);
  });

  it('are silence alone where there is no figure, and nothing where the router is not active', () => {
    expect(troublesOf(aRouter(), null, aPolicy(), at)).toEqual(['silent']);
    expect(judge({ cpuMean: null, memoryMinFree: null, criticalErrors: null })).toEqual([]);
    for (const status of ['maintenance', 'offline', 'retired'] as const) {
      expect(troublesOf(aRouter({ status }), null, aPolicy(), at)).toEqual([]);
    }
  });

  it('are the same object for the same answer, so that rows can be compared by it', () => {
    expect(judge({ cpuMean: 99 })).toBe(judge({ cpuMean: 98 }));
  });
});
