import { expect, it } from 'vitest';
import { flowParts } from './flow.ts';

/** As text; a test fact is one plain part. */
const lines = (facts: readonly string[], width: number): readonly string[] =>
  flowParts(
    facts.map((fact) => [fact]),
    width,
  ).map((parts) => parts.map((part) => (typeof part === 'string' ? part : part.text)).join(''));

it('puts facts side by side while there is room, and never breaks one', () => {
  expect(lines(['one', 'two', 'three'], 15)).toEqual(['one   two', 'three']);
  expect(lines(['one', 'two', 'three'], 17)).toEqual(['one   two   three']);
  expect(lines(['longer than the line', 'two'], 5)).toEqual(['longer than the line', 'two']);
  expect(lines([], 5)).toEqual([]);
});

it('measures cells, not characters', () => {
  expect(lines(['路由', '器'], 9)).toEqual(['路由   器']);
  expect(lines(['路由', '器'], 8)).toEqual(['路由', '器']);
});
