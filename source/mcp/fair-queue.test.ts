import { expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

/** Work that says when it begins, and ends when it is told. */
function work(): { readonly begun: () => boolean; readonly end: () => void; readonly run: () => Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let begun = false;
  return {
    begun: () => begun,
    end: resolve,
    run: () => {
      begun = true;
      return promise;
    },
  };
}

it('lets so much of one caller run at once, and of all', async () => {
  const queue = new FairQueue({ atOnce: 3, perCaller: 2, waiting: 9 });
  const works = Array.from({ length: 6 }, work);
  const runs = works.map(({ run }, index) => queue.run(index < 4 ? 'a' : 'b', run));
  await Promise.resolve();
  expect(works.map(({ begun }) => begun())).toEqual([true, true, false, false, true, false]);
  works[1]?.end();
  await runs[1];
  await new Promise(setImmediate);
  expect(works.map(({ begun }) => begun())).toEqual([true, true, true, false, true, false]);
  for (const { end } of works) end();
  await Promise.all(runs);
  expect(works.every(({ begun }) => begun())).toBe(true);
});

it('lets one caller have less at once when another was there lately', async () => {
  const queue = new FairQueue({ atOnce: 8, perCaller: 2, besideOthers: 1, waiting: 9 });
  await queue.run('b', () => Promise.resolve());
  const works = Array.from({ length: 3 }, work);
  const runs = works.map(({ run }) => queue.run('a', run));
  await Promise.resolve();
  expect(works.map(({ begun }) => begun())).toEqual([true, false, false]);
  for (const { end } of works) end();
  await Promise.all(runs);
});

it('gives callers turns, however much one of them has waiting', async () => {
  const queue = new FairQueue({ atOnce: 1, perCaller: 1, waiting: 9 });
  const order: string[] = [];
  const note = (name: string): Promise<void> => Promise.resolve(order.push(name)).then(() => undefined);
  const all = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1'].map((name) => queue.run(name.charAt(0), () => note(name)));
  await Promise.all(all);
  // Whoever comes new has one turn of each of the others before them.
  expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
});

it('refuses what is too much of one caller, and takes another', async () => {
  const queue = new FairQueue({ atOnce: 1, perCaller: 1, waiting: 1 });
  const [first, second, third] = [work(), work(), work()];
  const running = queue.run('a', first.run);
  const waiting = queue.run('a', second.run);
  await expect(queue.run('a', third.run)).rejects.toMatchObject({ name: 'Busy' });
  const other = queue.run('b', third.run);
  for (const { end } of [first, second, third]) end();
  await Promise.all([running, waiting, other]);
});

it('goes on after work that failed', async () => {
  const queue = new FairQueue({ atOnce: 1, perCaller: 1, waiting: 5 });
  await expect(queue.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await queue.run('a', () => Promise.resolve(7))).toBe(7);
});
