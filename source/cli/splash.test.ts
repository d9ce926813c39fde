import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { showSplash } from './splash.ts';

it('is on a terminal until it is taken away', () => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true });
  const hide = showSplash(stream, 'Connecting …');
  expect(stream.read()).toBe('Connecting …');
  hide();
  expect(stream.read()).toBe('\r\u001b[K');
  hide();
  expect(stream.read()).toBeNull();
});

it('is in no file and no pipe', () => {
  const stream = new PassThrough();
  showSplash(stream, 'Connecting …')();
  expect(stream.read()).toBeNull();
});
