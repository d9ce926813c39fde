import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aGateInput, aHealth, anImage, aPolicy, aRouter } from '../../test/support/model-examples.ts';
import { evaluateGates, type GateInput } from './evaluate-gates.ts';
import type { Decision, Gate, GateId } from './gate.ts';
import type { HealthSummary } from './health.ts';

const now = new Date('2026-11-25T12:00:00Z');

function evaluate(change: Partial<GateInput> = {}): Decision {
  return evaluateGates(aGateInput(now, change));
}

function gate(decision: Decision, id: GateId): Gate | undefined {
  return decision.gates.find((each) => each.id === id);
}

function outcome(decision: Decision, id: GateId): string {
  const found = gate(decision, id);
  return `${found?.result}: ${found?.actual} (${found?.expected})`;
}

const OF_HEALTH = ['cpu', 'memory', 'errors', 'freshness', 'coverage'];

function notPassed({ gates }: Decision): readonly string[] {
  return gates.flatMap(({ id, result }) => (result === 'pass' ? [] : [`${id} ${result}`]));
}

describe('evaluateGates', () => {
  it('approves when every gate passes, and says what was found', () => {
    const decision = evaluate();
    expect(decision.verdict).toBe('approve');
    expect(decision.evidence).toEqual({ start: new Date('2026-11-25T10:00:00Z'), end: now });
    expect(decision.gates.map((each) => [each.title, each.actual, each.expected, each.result, each.advice])).toEqual([
      ['CPU mean over 2 h', '40.0%', '≤ 80%', 'pass', ''],
      ['Least free memory over 2 h', '50.0%', '≥ 20%', 'pass', ''],
      ['Critical errors in 2 h', '0', '≤ 0', 'pass', ''],
      ['Age of the newest reading', '30 s', '≤ 5 min', 'pass', ''],
      ['Coverage of 2 h', '100.0%, 120 samples', '≥ 50%, 12 samples', 'pass', ''],
      ['Image', '17.09.04a → 17.12.03', 'newer, from 17.03.01 on', 'pass', ''],
      ['Status in the inventory', 'active', 'active', 'pass', ''],
      ['Redundancy peers', 'none on record', 'healthy, if any', 'pass', ''],
      ['Failures in 7 d', 'none', 'none', 'pass', ''],
      ['Other upgrade under way', 'none', 'none', 'pass', ''],
    ]);
  });

  it.each([
    ['cpu', { cpuMean: 80 }, 'pass: 80.0% (≤ 80%)'],
    ['cpu', { cpuMean: 80.04 }, 'fail: 80.04% (≤ 80%)'],
    ['cpu', { cpuMean: 84.2 }, 'fail: 84.2% (≤ 80%)'],
    ['cpu', { cpuMean: null }, 'unknown: no data (≤ 80%)'],
    ['cpu', { cpuMean: Number.NaN }, 'unknown: no data (≤ 80%)'],
    ['memory', { memoryMinFree: 20 }, 'pass: 20.0% (≥ 20%)'],
    ['memory', { memoryMinFree: 19.9996 }, 'fail: 19.9996% (≥ 20%)'],
    ['memory', { memoryMinFree: null }, 'unknown: no data (≥ 20%)'],
    ['errors', { criticalErrors: 1 }, 'fail: 1 (≤ 0)'],
    ['errors', { criticalErrors: null }, 'unknown: no data (≤ 0)'],
    ['freshness', { newestAt: now.getTime() - 300_000 }, 'pass: 5 min (≤ 5 min)'],
    ['freshness', { newestAt: now.getTime() - 301_000 }, 'fail: 5 min 1 s (≤ 5 min)'],
    ['coverage', { samples: 11 }, 'fail: 100.0%, 11 samples (≥ 50%, 12 samples)'],
    ['freshness', { newestAt: null }, 'unknown: no data (≤ 5 min)'],
    ['freshness', { newestAt: now.getTime() + 3_600_000 }, 'unknown: from the future (≤ 5 min)'],
  ] satisfies [GateId, Partial<HealthSummary>, string][])('%s with %j is %s', (id, change, expected) => {
    const decision = evaluate({ health: aHealth(now, change) });
    expect(outcome(decision, id)).toBe(expected);
    const passes = expected.startsWith('pass');
    expect(decision.verdict).toBe(passes ? 'approve' : 'defer');
    expect(gate(decision, id)?.advice === '').toBe(passes);
  });

  it('never passes a gate of health for a router that sent nothing', () => {
    const decision = evaluate({ health: null, coveredSteps: null });
    expect(decision.verdict).toBe('defer');
    expect(notPassed(decision)).toEqual(OF_HEALTH.map((id) => `${id} unknown`));
  });

  it.each([[null], [aPolicy({ isActive: false })]])('passes nothing that a policy decides without one', (policy) => {
    const decision = evaluate({ policy });
    expect(decision.verdict).toBe('defer');
    expect(notPassed(decision)).toEqual(OF_HEALTH.map((id) => `${id} unknown`));
    expect(outcome(decision, 'cpu')).toBe('unknown: 40.0% (no policy)');
  });
});

describe('the image gate', () => {
  const router = aRouter();
  const junos = aRouter({ platform: 'junos', runningVersion: '22.4R3-S2.11' });
  it.each([
    ['none chosen', { image: null }, 'defer', 'unknown: none chosen (newer, for the model)'],
    [
      'another model',
      { image: anImage({ modelIds: ['model-9'] }) },
      'reject',
      'fail: asr1000-universalk9.17.12.03.SPA.bin is not for ASR1002-HX (newer, from 17.03.01 on)',
    ],
    [
      'equal, spelled differently',
      { image: anImage({ version: '17.9.4a' }) },
      'reject',
      'fail: 17.09.04a → 17.9.4a: the same version (newer, from 17.03.01 on)',
    ],
    [
      'equal, a release and its build',
      { router: junos, image: anImage({ version: '22.4R3-S2', minimumVersion: null }) },
      'reject',
      'fail: 22.4R3-S2.11 → 22.4R3-S2: the same version (newer, for the model)',
    ],
    [
      'older',
      { image: anImage({ version: '17.09.04' }) },
      'reject',
      'fail: 17.09.04a → 17.09.04: a downgrade (newer, from 17.03.01 on)',
    ],
    [
      'older, as somebody asked',
      { image: anImage({ version: '17.09.04' }), downgrade: true },
      'approve',
      'pass: 17.09.04a → 17.09.04: a downgrade, as asked for (another version, from 17.03.01 on)',
    ],
    [
      'not comparable',
      { image: anImage({ version: '17.12.1prd7' }), router: aRouter({ runningVersion: '17.12.1' }) },
      'defer',
      'unknown: 17.12.1 → 17.12.1prd7: not comparable (newer, from 17.03.01 on)',
    ],
    [
      'a running version of an unknown form',
      { router: aRouter({ runningVersion: 'BLD_V17\u001b[31m' }) },
      'defer',
      'unknown: BLD_V17 → 17.12.03: not comparable (newer, from 17.03.01 on)',
    ],
    [
      'below the minimum',
      { router: aRouter({ runningVersion: '16.12.5b' }) },
      'reject',
      'fail: 16.12.5b is below the minimum 17.03.01 (newer, from 17.03.01 on)',
    ],
    [
      'a minimum that says nothing',
      { image: anImage({ minimumVersion: 'see notes' }) },
      'defer',
      'unknown: 17.09.04a, minimum see notes: not comparable (newer, from see notes on)',
    ],
    [
      'model not known',
      { router: aRouter({ modelId: null, model: null }) },
      'defer',
      'unknown: model not known (newer, from 17.03.01 on)',
    ],
    [
      'platform not known',
      { router: { ...router, platform: null } },
      'defer',
      'unknown: 17.09.04a → 17.12.03: not comparable (newer, from 17.03.01 on)',
    ],
    [
      'wrong outweighs unknown',
      { image: anImage({ modelIds: [], minimumVersion: 'see notes' }) },
      'reject',
      'fail: asr1000-universalk9.17.12.03.SPA.bin is not for ASR1002-HX (newer, from see notes on)',
    ],
  ] satisfies [string, Partial<GateInput>, string, string][])('%s', (_name, change, verdict, expected) => {
    const decision = evaluate(change);
    expect([decision.verdict, outcome(decision, 'image')]).toEqual([verdict, expected]);
  });
});

function amount(max: number): fc.Arbitrary<number | null> {
  return fc.option(fc.oneof(fc.double({ min: 0, max, noNaN: true }), fc.integer({ min: 0, max })), { freq: 8 });
}

describe('as properties', () => {
  const healths: fc.Arbitrary<HealthSummary> = fc.record({
    cpuMean: amount(100),
    cpuMax: amount(100),
    cpuLatest: amount(100),
    memoryMinFree: amount(100),
    memoryLatestFree: amount(100),
    criticalErrors: fc.option(fc.integer({ min: 0, max: 3 }), { freq: 8 }),
    samples: fc.integer({ min: 0, max: 130 }),
    newestAt: fc.option(
      fc.integer({ min: 0, max: 600_000 }).map((age) => now.getTime() - age),
      { freq: 8 },
    ),
  });
  const policies = fc
    .record({
      maxCpuPercent: fc.integer({ min: 30, max: 100 }),
      minFreeMemPercent: fc.integer({ min: 0, max: 60 }),
      maxCriticalErrors: fc.integer({ min: 0, max: 3 }),
      maxDataAgeSeconds: fc.constantFrom(60, 300, 900),
    })
    .map((limits) => aPolicy(limits));

  it('never approves with a figure missing', () => {
    let approved = 0;
    fc.assert(
      fc.property(policies, healths, (policy, health) => {
        if (evaluate({ policy, health }).verdict !== 'approve') return;
        approved += 1;
        for (const key of ['cpuMean', 'memoryMinFree', 'criticalErrors', 'newestAt'] as const) {
          expect(health[key]).not.toBeNull();
          expect(evaluate({ policy, health: { ...health, [key]: null } }).verdict).toBe('defer');
        }
      }),
      { numRuns: 2000 },
    );
    expect(approved).toBeGreaterThan(20);
  });

  it('is monotone: a figure that gets worse never turns another verdict into approve', () => {
    const worsen: readonly ((health: HealthSummary, by: number) => HealthSummary)[] = [
      (health, by) => ({ ...health, cpuMean: health.cpuMean === null ? null : health.cpuMean + by }),
      (health, by) => ({ ...health, memoryMinFree: health.memoryMinFree === null ? null : health.memoryMinFree - by }),
      (health, by) => ({
        ...health,
        criticalErrors: health.criticalErrors === null ? null : health.criticalErrors + by,
      }),
      (health, by) => ({ ...health, newestAt: health.newestAt === null ? null : health.newestAt - by * 1000 }),
      (health, by) => ({ ...health, samples: Math.max(0, health.samples - Math.ceil(by)) }),
    ];
    fc.assert(
      fc.property(
        policies,
        healths,
        fc.constantFrom(...worsen),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (policy, health, worse, by) => {
          if (evaluate({ policy, health }).verdict === 'approve') return;
          expect(evaluate({ policy, health: worse(health, by) }).verdict).not.toBe('approve');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('prints text that is safe, whatever the names are', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('\u001b', '[', '3', '1', 'm', '\n', '\u202e', '\u0007', 'a', '.'),
    });
    fc.assert(
      fc.property(hostile, hostile, hostile, (runningVersion, version, minimumVersion) => {
        const decision = evaluate({
          router: aRouter({ runningVersion, model: version }),
          image: anImage({ version, minimumVersion, fileName: version, modelIds: [] }),
        });
        for (const each of decision.gates)
          expect(`${each.actual}${each.expected}${each.advice}`).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/u);
      }),
    );
  });
});
