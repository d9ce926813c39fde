import { expect, it } from 'vitest';
import { follow, moveTo } from './list.ts';

it.each([
  ['stays inside at the end', { cursor: 9, top: 5 }, 12, { cursor: 9, top: 5 }],
  ['scrolls no further than needed, down', { cursor: 4, top: 0 }, 5, { cursor: 5, top: 1 }],
  ['scrolls no further than needed, up', { cursor: 4, top: 4 }, 3, { cursor: 3, top: 3 }],
  ['stays inside at the start', { cursor: 0, top: 0 }, -1, { cursor: 0, top: 0 }],
])('%s', (_, list, to, expected) => {
  expect(moveTo(list, to, 10, 5)).toEqual(expected);
});

it('survives an empty list', () => {
  expect(moveTo({ cursor: 4, top: 2 }, 4, 0, 5)).toEqual({ cursor: 0, top: 0 });
});

it('follows a row that moved, at the same height of the screen', () => {
  expect(follow({ cursor: 10, top: 8 }, 50, 100, 5)).toEqual({ cursor: 50, top: 48 });
});

it('shows a list that has become short from its first row on', () => {
  expect(follow({ cursor: 70, top: 52 }, 9, 10, 19)).toEqual({ cursor: 9, top: 0 });
});
