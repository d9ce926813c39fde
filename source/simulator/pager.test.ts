import { expect, test } from 'vitest';
import { Pager } from './pager.ts';

const LOOK = { more: '--More--', erase: '<' };
const TEXT = '1\n2\n3\n4\n5\n';

test('without paging all lines come at once', () => {
  const pager = new Pager(LOOK, TEXT, 0);
  expect(pager.start()).toBe('1\r\n2\r\n3\r\n4\r\n5\r\n');
  expect(pager.waiting).toBe(false);
});

test('a blank turns the page, return shows one line, other keys nothing', () => {
  const pager = new Pager(LOOK, TEXT, 3);
  expect(pager.start()).toBe('1\r\n2\r\n--More--');
  expect(pager.key('x')).toBe('');
  expect(pager.key('\r')).toBe('<3\r\n--More--');
  expect(pager.key(' ')).toBe('<4\r\n5\r\n');
  expect(pager.waiting).toBe(false);
});

test.each(['q', '\u0003'])('%j ends it', (key) => {
  const pager = new Pager(LOOK, TEXT, 3);
  pager.start();
  expect(pager.key(key)).toBe('<');
  expect(pager.waiting).toBe(false);
});

test('an answer that fits does not wait', () => {
  const pager = new Pager(LOOK, '1\n2\n', 3);
  expect(pager.start()).toBe('1\r\n2\r\n');
  expect(new Pager(LOOK, '', 3).waiting).toBe(false);
});
