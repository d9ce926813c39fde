import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aGateInput, aHealth, aPolicy, aRouter } from '../../test/support/model-examples.ts';
import { evaluateGates, type GateInput } from './evaluate-gates.ts';
import { type Gate, GATE_IDS, type GateId, verdictOf } from './gate.ts';
import type { Peer } from './gate-peer.ts';
import type { Schedule } from './schedule.ts';

// A Wednesday, 13:00 in Amsterdam.
const now = new Date('2026-11-25T12:00:00Z');
const saturday = { weekday: 6, start: '01:00', minutes: 240, timeZone: 'Europe/Amsterdam' };
const atOnce = { ok: true, schedule: { kind: 'now' } } as const;

function outcome(id: GateId, change: Partial<GateInput>): string {
  const { gates } = evaluateGates(aGateInput(now, change));
  const gate = gates.find((each) => each.id === id);
  if (gate === undefined) return 'not judged';
  expect(gate.advice === '').toBe(gate.result === 'pass');
  return `${gate.result}: ${gate.actual} (${gate.expected})`;
}

function starting(schedule: Schedule, change: Partial<GateInput> = {}): Partial<GateInput> {
  return { start: { ok: true, schedule }, policy: aPolicy({ window: saturday }), ...change };
}

describe('the gate of coverage', () => {
  const expected = '≥ 50%, 12 samples';
  it.each([
    [12, 300, `pass: 50.0%, 120 samples (${expected})`],
    [11, 300, `fail: 45.8%, 120 samples (${expected})`],
    // All of them in the last ten minutes: many, but of another time than the window.
    [2, 300, `fail: 8.3%, 120 samples (${expected})`],
    [8, 900, 'pass: 100.0%, 120 samples (≥ 50%, 4 samples)'],
    [3, 900, 'fail: 37.5%, 120 samples (≥ 50%, 4 samples)'],
    [null, 300, `unknown: no data (${expected})`],
  ])('%s steps at an age of %i s', (coveredSteps, maxDataAgeSeconds, text) => {
    expect(outcome('coverage', { coveredSteps, policy: aPolicy({ maxDataAgeSeconds }) })).toBe(text);
  });
});

describe('the gate of the window', () => {
  const rule = 'Sat 01:00–05:00 Europe/Amsterdam';
  const chosen = `${rule}, or chosen`;
  const opening = { opensAt: new Date('2026-11-28T00:00:00Z'), closesAt: new Date('2026-11-28T04:00:00Z') };
  it.each([
    ['no start', { start: null }, 'not judged'],
    ['no window', { start: atOnce }, 'pass: none is set (any time)'],
    ['now, closed', starting({ kind: 'now' }), `fail: closed until 2026-11-28 00:00 UTC (${rule})`],
    [
      'now, closed, by a person',
      starting({ kind: 'now' }, { byPerson: true }),
      `pass: closed; start chosen (${chosen})`,
    ],
    [
      'now, open',
      starting({ kind: 'now' }, { now: new Date('2026-11-28T01:00:00Z') }),
      `pass: open until 2026-11-28 04:00 UTC (${rule})`,
    ],
    [
      'now, 14 minutes before the end',
      starting({ kind: 'now' }, { now: new Date('2026-11-28T03:46:00Z') }),
      `fail: closed until 2026-12-05 00:00 UTC (${rule})`,
    ],
    [
      'at a time inside',
      starting({ kind: 'at', at: new Date('2026-11-28T02:00:00Z') }),
      `pass: open until 2026-11-28 04:00 UTC (${rule})`,
    ],
    [
      'at a time outside',
      starting({ kind: 'at', at: new Date('2026-11-27T23:59:00Z') }),
      `fail: closed until 2026-11-28 00:00 UTC (${rule})`,
    ],
    // It is judged for its start, however closed the window is now.
    ['the next opening', starting({ kind: 'window', ...opening }), `pass: opens 2026-11-28 00:00 UTC (${rule})`],
    [
      'an opening that is over',
      starting({ kind: 'window', ...opening }, { now: new Date('2026-11-28T05:00:00Z') }),
      `fail: its window closes at 2026-11-28 04:00 UTC, which is too late to begin (${rule})`,
    ],
    [
      'no such start',
      { start: { ok: false, reason: 'the policy has no maintenance window' } },
      'unknown: the policy has no maintenance window (a start)',
    ],
    ['no policy', { start: atOnce, policy: null }, 'unknown: none (no policy)'],
  ] satisfies [string, Partial<GateInput>, string][])('%s', (_name, change, text) => {
    expect(outcome('window', change)).toBe(text);
  });
});

describe('the gate of blackouts', () => {
  const blackout = {
    id: '1',
    site: 'ams',
    from: new Date('2026-11-25T00:00:00Z'),
    to: new Date('2026-11-26T00:00:00Z'),
    reason: 'holidays',
    createdBy: 'ada',
  };
  const holds = 'a blackout at ams lasts until 2026-11-26 00:00 UTC (holidays)';
  it.each([
    ['none', { start: atOnce }, 'pass: none (none)'],
    ['one now', { start: atOnce, blackouts: [blackout] }, `fail: ${holds} (none)`],
    ['one elsewhere', { start: atOnce, blackouts: [{ ...blackout, site: 'fra' }] }, 'pass: none (none)'],
    ['one before the start', starting({ kind: 'at', at: blackout.to }, { blackouts: [blackout] }), 'pass: none (none)'],
    [
      'one that was known',
      { start: atOnce, blackouts: [blackout], despiteBlackout: true },
      `pass: ${holds} (none, or known)`,
    ],
    ['no start', { blackouts: [blackout] }, 'not judged'],
  ] satisfies [string, Partial<GateInput>, string][])('%s', (_name, change, text) => {
    expect(outcome('blackout', change)).toBe(text);
  });
});

describe('the gate of the redundancy group', () => {
  const rule = 'healthy, not busy';
  const peer = (change: Partial<Omit<Peer, 'router'>> & { readonly router?: Partial<Peer['router']> } = {}): Peer => ({
    policy: null,
    health: aHealth(now),
    ...change,
    router: { hostname: 'ams-core-02', status: 'active', openUpgrade: null, ...change.router },
  });
  it.each([
    ['healthy', {}, `pass: ams-core-02 (${rule})`],
    [
      'waiting for approval',
      { router: { openUpgrade: { id: '7', status: 'pending' } } },
      `pass: ams-core-02 (${rule})`,
    ],
    [
      'being upgraded',
      { router: { openUpgrade: { id: '7', status: 'running' } } },
      `fail: ams-core-02 is being upgraded (${rule})`,
    ],
    [
      'held in its upgrade',
      { router: { openUpgrade: { id: '7', status: 'paused' } } },
      `fail: ams-core-02 is being upgraded (${rule})`,
    ],
    ['offline', { router: { status: 'offline' } }, `fail: ams-core-02 is offline (${rule})`],
    ['without data', { health: null }, `unknown: ams-core-02 sends no data (${rule})`],
    [
      'silent',
      { health: aHealth(now, { newestAt: now.getTime() - 600_000 }) },
      `fail: ams-core-02 is silent (${rule})`,
    ],
    ['busy', { health: aHealth(now, { cpuMean: 91 }) }, `fail: ams-core-02 is not healthy: cpu (${rule})`],
    [
      'busy, by its own policy',
      { policy: aPolicy({ maxCpuPercent: 30 }) },
      `fail: ams-core-02 is not healthy: cpu (${rule})`,
    ],
    [
      'a figure missing',
      { health: aHealth(now, { memoryMinFree: null }) },
      `unknown: ams-core-02 is not healthy: memory (${rule})`,
    ],
  ] satisfies [string, Partial<Omit<Peer, 'router'>> & { readonly router?: Partial<Peer['router']> }, string][])(
    'a peer that is %s',
    (_name, change, text) => {
      expect(outcome('peer', { peers: [peer(change)] })).toBe(text);
    },
  );

  it('lets a person ask while a peer is upgraded, for that one waits its turn', () => {
    const busy = peer({ router: { openUpgrade: { id: '7', status: 'running' } }, health: null });
    expect(outcome('peer', { peers: [busy], byPerson: true })).toBe(`pass: ams-core-02; it waits its turn (${rule})`);
  });
});

describe('the gates of failures, of other upgrades and of the status', () => {
  const failed = { upgradeId: '12', status: 'failed', at: now.getTime() - 2 * 86_400_000 } as const;
  const rolledBack = { upgradeId: '11', status: 'rolled_back', at: now.getTime() - 6 * 86_400_000 } as const;
  const old = { upgradeId: '3', status: 'failed', at: now.getTime() - 8 * 86_400_000 } as const;
  it.each([
    ['failures', { failures: [old] }, 'pass: none (none)'],
    ['failures', { failures: [rolledBack, old] }, 'fail: upgrade 11 was rolled back 6 d ago (none)'],
    ['failures', { failures: [rolledBack, failed] }, 'fail: upgrade 12 failed 2 d ago and 1 more (none)'],
    ['failures', { failures: [failed], byPerson: true }, 'pass: upgrade 12 failed 2 d ago (none, or known)'],
    [
      'running',
      { router: aRouter({ openUpgrade: { id: '12', status: 'pending' } }) },
      'fail: upgrade 12 is pending (none)',
    ],
    [
      'running',
      { router: aRouter({ openUpgrade: { id: '12', status: 'running' } }), ownUpgrade: '12' },
      'pass: none (none)',
    ],
    ['status', { router: aRouter({ status: 'maintenance' }) }, 'fail: maintenance (active)'],
  ] satisfies [GateId, Partial<GateInput>, string][])('%s with %j', (id, change, text) => {
    expect(outcome(id, change)).toBe(text);
  });
});

describe('a verdict', () => {
  const gates = fc.array(
    fc.record<Pick<Gate, 'id' | 'result'>>({
      id: fc.constantFrom(...GATE_IDS),
      result: fc.constantFrom('pass', 'pass', 'pass', 'fail', 'unknown'),
    }),
    { maxLength: 14 },
  );
  const harshness = { approve: 0, defer: 1, reject: 2 } as const;

  it('is approval if and only if there are gates and all of them pass', () => {
    fc.assert(
      fc.property(gates, (list) => {
        const all = list.length > 0 && list.every(({ result }) => result === 'pass');
        expect(verdictOf(list) === 'approve').toBe(all);
      }),
    );
  });

  it('does not depend on the order', () => {
    const shuffled = gates.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list.keys()], { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, order]) => {
        const other = order.flatMap((index) => list[index] ?? []);
        expect(verdictOf(other)).toBe(verdictOf(list));
      }),
    );
  });

  it('is never made milder by one more gate that does not pass', () => {
    fc.assert(
      fc.property(
        gates,
        fc.constantFrom(...GATE_IDS),
        fc.constantFrom('fail' as const, 'unknown' as const),
        fc.nat(),
        (list, id, result, at) => {
          const more = list.toSpliced(at % (list.length + 1), 0, { id, result });
          expect(harshness[verdictOf(more)]).toBeGreaterThanOrEqual(Math.max(1, harshness[verdictOf(list)]));
        },
      ),
    );
  });

  it('gives every gate the time that it looked at', () => {
    const { gates: all } = evaluateGates(aGateInput(now, { start: atOnce }));
    expect(all.map(({ id }) => id)).toEqual(GATE_IDS);
    for (const { id, span } of all) {
      expect(span?.end).toBe(now.toISOString());
      const hours = { failures: 168, status: 0, image: 0, running: 0, window: 0, blackout: 0 };
      const back = Object.entries(hours).find(([name]) => name === id)?.[1] ?? 2;
      expect(Date.parse(span?.start ?? '')).toBe(now.getTime() - back * 3_600_000);
    }
  });
});
