import { describe, expect, it } from 'vitest';
import { describeObstacles, whyBlocked } from './refusals.ts';
import type { Gate } from '../model/gate.ts';

const evidence = { start: new Date(0), end: new Date(1) };
const gate: Gate = { id: 'cpu', title: 'CPU', actual: '84.2%', expected: '≤ 80%', result: 'fail', advice: 'Wait.' };

describe('describeObstacles', () => {
  it('names some routers, counts the rest, and cleans the names', () => {
    const obstacles = Array.from({ length: 7 }, (_, index) => ({ hostname: `r${index}\u001b[2J`, reason: 'cpu' }));
    expect(describeObstacles('blocked', obstacles, 12)).toBe(
      '7 of 12 routers are blocked: r0 (cpu), r1 (cpu), r2 (cpu), r3 (cpu), r4 (cpu) and 2 more. Nothing was requested.',
    );
    expect(describeObstacles('blocked', obstacles.slice(0, 1), 12)).toBe(
      '1 of 12 routers is blocked: r0 (cpu). Nothing was requested.',
    );
    expect(describeObstacles('blocked', obstacles.slice(0, 1), 1)).toBe(
      'The router is blocked: r0 (cpu). Nothing was requested.',
    );
  });
});

describe('whyBlocked', () => {
  it('tells every gate that does not pass, and nothing of an approval', () => {
    const memory: Gate = { ...gate, id: 'memory', actual: 'no data', expected: '≥ 20%', result: 'unknown' };
    const passing: Gate = { ...gate, id: 'errors', result: 'pass' };
    expect(whyBlocked({ verdict: 'defer', gates: [gate, passing, memory], evidence })).toBe(
      'cpu: 84.2%, must be ≤ 80%; memory: no data, must be ≥ 20%',
    );
    expect(whyBlocked({ verdict: 'approve', gates: [passing], evidence })).toBeNull();
  });
});
