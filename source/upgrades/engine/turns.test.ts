import { expect, it, vi } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;

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
  const { begun, gates, done } = works(new Turns(2, 60_000), 4);
  await vi.waitFor(() => expect(begun).toEqual([0, 1]));
  gates[1]?.reject(new Error('refused'));
  await expect(done[1]).rejects.toThrow('refused');
  await vi.waitFor(() => expect(begun).toEqual([0, 1, 2]));
  for (const { resolve } of gates) resolve();
  await Promise.all(done.toSpliced(1, 1));
  expect(begun).toEqual([0, 1, 2, 3]);
});

it('does not let one that takes long keep the others waiting', async () => {
  const { begun } = works(new Turns(1, 5), 3);
  await vi.waitFor(() => expect(begun).toEqual([0, 1, 2]));
});

it('does not begin what was aborted while it waited', async () => {
  const ending = new AbortController();
  const { begun, gates, done } = works(new Turns(1, 60_000), 2, ending.signal);
  await vi.waitFor(() => expect(begun).toEqual([0]));
  ending.abort(new Error('over'));
  gates[0]?.resolve();
  await expect(done[1]).rejects.toThrow('over');
  expect(begun).toEqual([0]);
});
