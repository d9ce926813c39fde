import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { untilWritable } from './until-writable.ts';

it('waits until the line has taken what was written before', async () => {
  const taken: (() => void)[] = [];
  const slow = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void taken.push(done) });
  const frames: string[] = [];
  untilWritable(slow, () => frames.push('first'));
  await Promise.resolve();
  expect(frames).toEqual(['first']);

  slow.write('a frame');
  untilWritable(slow, () => frames.push('second'));
  await Promise.resolve();
  expect(frames).toEqual(['first']);

  taken.splice(0).forEach((done) => done());
  await new Promise((resolve) => setImmediate(resolve));
  expect(frames).toEqual(['first', 'second']);
});
