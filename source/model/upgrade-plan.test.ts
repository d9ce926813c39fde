import { describe, expect, it } from 'vitest';
import { nextOfPlan, type UpgradePlan, type WaveCount } from './upgrade-plan.ts';
import { assignWaves, parseWaves } from './waves.ts';

const now = new Date('2026-12-01T02:00:00Z');
const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);

function wave(number: number, succeeded: number, failed: number, open = 0, cancelled = 0): WaveCount {
  return { wave: number, succeeded, failed, open, begun: 0, total: succeeded + failed + open + cancelled };
}

function aPlan(change: Partial<UpgradePlan>): UpgradePlan {
  return {
    id: 'p',
    waves: 3,
    pauseMinutes: 30,
    successRate: 95,
    stopAfter: 2,
    approveWaves: false,
    state: 'active',
    reason: null,
    openWave: 1,
    waveOverAt: null,
    acceptedFailures: 0,
    acceptedWave: 0,
    approvedWave: 0,
    requestedById: 'ben',
    counts: [wave(1, 0, 0, 1), wave(2, 0, 0, 4)],
    ...change,
  };
}

describe('a plan', () => {
  it('goes on as it is while something of the open wave is not over', () => {
    expect(nextOfPlan(aPlan({}), now)).toBeNull();
  });

  it('notes when a wave is over, pauses, and opens the next', () => {
    const over = aPlan({ counts: [wave(1, 1, 0), wave(2, 0, 0, 4)] });
    expect(nextOfPlan(over, now)).toEqual({ state: 'active', waveOverAt: now });
    expect(nextOfPlan({ ...over, waveOverAt: minutesAgo(29) }, now)).toBeNull();
    expect(nextOfPlan({ ...over, waveOverAt: minutesAgo(30) }, now)).toEqual({ state: 'active', openWave: 2 });
  });

  it('stops at so many failures, at once, and not for those that somebody accepted', () => {
    const failing = aPlan({ openWave: 2, counts: [wave(1, 1, 1), wave(2, 1, 1, 2)] });
    expect(nextOfPlan(failing, now)).toEqual({ state: 'stopped', reason: '2 upgrades failed.' });
    expect(nextOfPlan({ ...failing, acceptedFailures: 1 }, now)).toBeNull();
    expect(nextOfPlan({ ...failing, stopAfter: null }, now)).toBeNull();
  });

  it.each([
    [wave(1, 19, 1), null],
    [wave(1, 18, 1), '18 of 19 upgrades of wave 1 succeeded; 95% must.'],
    [wave(1, 0, 0, 0, 3), 'Nothing of wave 1 was carried out, so it shows nothing for wave 2.'],
    // What was called off counts neither way.
    [wave(1, 1, 0, 0, 9), null],
  ])('needs the rate of success: %o', (first, reason) => {
    const next = nextOfPlan(aPlan({ stopAfter: null, counts: [first, wave(2, 0, 0, 1)] }), now);
    expect(next).toEqual(reason === null ? { state: 'active', waveOverAt: now } : { state: 'stopped', reason });
  });

  it('waits for an approval of the next wave where it is to, after the pause', () => {
    const over = aPlan({ approveWaves: true, waveOverAt: minutesAgo(31), counts: [wave(1, 1, 0), wave(2, 0, 0, 4)] });
    expect(nextOfPlan(over, now)).toEqual({
      state: 'waiting',
      reason: 'Wave 1 is done: 1 of 1 succeeded. Wave 2 waits for somebody to approve it.',
    });
    expect(nextOfPlan({ ...over, approvedWave: 1 }, now)).toEqual({ state: 'active', openWave: 2 });
  });

  it('is done when nothing is open, however it went, and only an active one comes to anything', () => {
    const over = aPlan({ openWave: 2, counts: [wave(1, 0, 1), wave(2, 0, 3)] });
    expect(nextOfPlan(over, now)).toEqual({ state: 'done' });
    expect(nextOfPlan({ ...over, state: 'stopped' }, now)).toBeNull();
  });
});

describe('waves', () => {
  const waves = (total: number, text: string): readonly number[] | null => assignWaves(total, parseWaves(text) ?? []);

  it.each([
    [10, '1,30%,100%', [1, 2, 2, 3, 3, 3, 3, 3, 3, 3]],
    [5, '1,2,100%', [1, 2, 2, 3, 3]],
    [3, '1,10%,50%,100%', [1, 2, 3]],
    [1, '1,100%', [1]],
    [4, '2,1', null],
  ])('of %i routers by %s', (total, text, expected) => {
    expect(waves(total, text)).toEqual(expected);
  });

  it.each(['', '0', '1,,2', '101%', '-1', 'all', '1.5', Array.from({ length: 21 }, () => '1').join(',')])(
    '%s are no waves',
    (text) => {
      expect(parseWaves(text)).toBeNull();
    },
  );
});
