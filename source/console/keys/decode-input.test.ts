import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { decodeInput } from './decode-input.ts';

const none: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

const names = (input: string, key: Partial<Key> = {}): readonly string[] =>
  decodeInput(input, { ...none, ...key }).map(({ name }) => name);

describe('keys that arrive together', () => {
  it.each([
    ['jj', ['j', 'j']],
    ['j\r', ['j', 'enter']],
    ['a\r\nb', ['a', 'enter', 'b']],
    ['/ams\t ', ['/', 'a', 'm', 's', 'tab', 'space']],
    ['j\u000c', ['j', 'ctrl+l']],
    ['👩‍👩‍👧‍👦é', ['👩‍👩‍👧‍👦', 'é']],
  ])('%j becomes %j', (input, expected) => {
    expect(names(input)).toEqual(expected);
  });
});

describe('named keys', () => {
  it.each<[string, Partial<Key>, readonly string[]]>([
    ['', { upArrow: true }, ['up']],
    ['', { upArrow: true, shift: true }, ['shift+up']],
    ['', { tab: true, shift: true }, ['shift+tab']],
    ['l', { ctrl: true }, ['ctrl+l']],
    [' ', { ctrl: true }, ['ctrl+space']],
    ['G', { shift: true }, ['G']],
    ['\r', { return: true }, ['enter']],
    ['', {}, []],
  ])('%j with %o is %j', (input, key, expected) => {
    expect(names(input, key)).toEqual(expected);
  });

  it('ignores the release of a key', () => {
    expect(names('j', { eventType: 'release' })).toEqual([]);
  });

  it('reads an Esc that arrived together with the next key as both', () => {
    expect(names('j', { meta: true })).toEqual(['esc', 'j']);
    expect(names('', { meta: true, upArrow: true })).toEqual(['esc', 'up']);
  });

  it('reads Alt where the terminal tells it apart', () => {
    expect(names('j', { meta: true, eventType: 'press' })).toEqual(['alt+j']);
  });
});
