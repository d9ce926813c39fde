import { describe, expect, test } from 'vitest';
import type { Bucket } from './buckets.ts';
import { fillingMark, keptBuckets, keptMark, keptName, ownDescription, swappedMark, swapState } from './swap-state.ts';

const old: Bucket = { id: '00000000000000aa', name: 'telemetry', description: 'points', retentionSeconds: 60 };
const kept = (fresh: Bucket): Bucket => ({
  ...old,
  name: 'telemetry_before_migration_2026-11-24',
  description: keptMark('points', fresh),
});
const fresh: Bucket = { ...old, id: '00000000000000bb', name: 'telemetry_migrating', description: fillingMark(old) };
const swapped: Bucket = { ...fresh, name: 'telemetry', description: swappedMark(old) };

describe('the state is what the buckets say', () => {
  test.each([
    ['fresh', [old]],
    ['copying', [old, fresh]],
    ['swapping', [kept(fresh), fresh]],
    ['swapped', [kept(fresh), swapped]],
    ['fresh', [kept(fresh), { ...swapped, description: 'points' }]],
    ['fresh', [{ ...swapped, description: swappedMark(old) }]],
  ] as const)('%s', (phase, buckets) => {
    expect(swapState('telemetry', buckets).phase).toBe(phase);
  });

  test.each([
    [/There is no bucket telemetry/u, []],
    [/telemetry_migrating is not of a migration/u, [old, { ...fresh, description: 'mine' }]],
    [/was made anew while its name was being swapped/u, [{ ...old, id: '00000000000000cc' }, kept(fresh), fresh]],
  ] as const)('%s', (sentence, buckets) => {
    expect(() => swapState('telemetry', buckets)).toThrow(sentence);
  });
});

test('an old bucket has a name of its own, is known again, and nothing else is taken for one', () => {
  const now = Date.parse('2026-11-24T12:00:00Z');
  expect(keptName('telemetry', now, [old])).toBe('telemetry_before_migration_2026-11-24');
  expect(keptName('telemetry', now, [old, kept(fresh)])).toBe('telemetry_before_migration_2026-11-24_2');
  expect(ownDescription(kept(fresh))).toBe('points');
  expect(ownDescription(old)).toBe('points');
  const theirs = { ...old, name: 'telemetry_before_migration_mine' };
  expect(keptBuckets('telemetry', [old, theirs, fresh, kept(fresh)])).toEqual([kept(fresh)]);
});
