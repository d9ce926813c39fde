import { expect, it } from 'vitest';
import { diffLines } from './diff-lines.ts';

const told = (before: unknown, after: unknown): readonly string[] =>
  diffLines({ before, after }).map(({ text }) => text);

it('tells what changed, what came, what went, and what stayed', () => {
  expect(told({ a: 1, gone: true, same: 'x' }, { a: 2, same: 'x', came: null })).toEqual([
    '- a: 1',
    '+ a: 2',
    '- gone: true',
    '  same: "x"',
    '+ came: null',
  ]);
  expect(told(null, { status: 'pending' })).toEqual(['+ status: "pending"']);
  expect(told(null, null)).toEqual([]);
});

it('compares what is inside, and tells values that are no objects', () => {
  expect(told({ list: [1, { b: 2 }] }, { list: [1, { b: 2 }] })).toEqual(['  list: [1,{"b":2}]']);
  expect(told('old', ['new'])).toEqual(['- value: "old"', '+ value: ["new"]']);
});

it('cuts what is too long, and says how long it was', () => {
  const [line = ''] = told(null, { text: 'x'.repeat(10_000) });
  expect(line).toHaveLength('+ text: '.length + 600 + ' … (10002 characters)'.length);
});
