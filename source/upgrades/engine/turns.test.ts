import { expect, it, onTestFinished, vi } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;
const LONG = { idleMs: 60_000, busyMs: 60_000 };

function works(turns: Turns, count: number, signal = never) {
  const begun: number[] = [];
  const gates = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const done = gates.map(({ promise }, index) =>
    turns.take(() => {
      begun.push(index);
      return promise;
    }, signal),
  );
  return { begun, gates, done };
}

it('lets so many go on at once, the others in order when one ends, however it ends', async () => {
  const { begun, gates, done } = works(new Turns(2, LONG), 4);
  await vi.waitFor(() => expect(begun).toEqual([0, 1]));
  gates[1]?.reject(new Error('refused'));
  await expect(done[1]).rejects.toThrow('refused');
  await vi.waitFor(() => expect(begun).toEqual([0, 1, 2]));
  for (const { resolve } of gates) resolve();
  await Promise.all(done.toSpliced(1, 1));
  expect(begun).toEqual([0, 1, 2, 3]);
});

it('does not let one that waits for somebody else keep the others waiting', async () => {
  const { begun } = works(new Turns(1, { ...LONG, idleMs: 5 }), 3);
  await vi.waitFor(() => expect(begun).toEqual([0, 1, 2]));
});

it('has the others wait for one that is busy, but not for ever', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const turns = new Turns(1, { idleMs: 500, busyMs: 10_000 });
  const begun: string[] = [];
  const endless = Promise.withResolvers<void>();
  void turns.take((busy) => {
    begun.push('first');
    busy();
    return endless.promise;
  }, never);
  const second = turns.take(() => Promise.resolve(void begun.push('second')), never);
  await vi.advanceTimersByTimeAsync(9999);
  expect(begun).toEqual(['first']);
  await vi.advanceTimersByTimeAsync(1);
  await second;
  expect(begun).toEqual(['first', 'second']);
  endless.resolve();
});

it('does not begin what was aborted while it waited', async () => {
  const ending = new AbortController();
  const { begun, gates, done } = works(new Turns(1, LONG), 2, ending.signal);
  await vi.waitFor(() => expect(begun).toEqual([0]));
  ending.abort(new Error('over'));
  gates[0]?.resolve();
  await expect(done[1]).rejects.toThrow('over');
  expect(begun).toEqual([0]);
});
