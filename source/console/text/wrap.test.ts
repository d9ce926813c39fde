import { expect, it } from 'vitest';
import { wrapLine } from './wrap.ts';

it('breaks between words', () => {
  expect(wrapLine('one two three', 8)).toEqual(['one two', 'three']);
});

it('breaks a long word inside', () => {
  expect(wrapLine('ab 12345678', 4)).toEqual(['ab', '1234', '5678']);
});

it('keeps columns of spaces in a line that fits', () => {
  expect(wrapLine('  a    b', 20)).toEqual(['  a    b']);
});

it('indents every line as far as the first', () => {
  expect(wrapLine('  one two three', 9)).toEqual(['  one two', '  three']);
});
