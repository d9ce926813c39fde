import { describe, expect, test } from 'vitest';
import type { InfluxSchema } from './influx-schema.ts';
import { planSetup, type Step } from './plan.ts';
import { NOTHING, type ServerState } from './server-state.ts';

const DAY = 86_400;

const schema: InfluxSchema = {
  buckets: [{ name: 'raw', retentionSeconds: 7 * DAY, description: 'points' }],
  tasks: [{ name: 'hourly', file: 'tasks/hourly.flux', flux: 'text' }],
  tokens: [{ name: 'writer', permissions: [{ action: 'write', bucket: 'raw' }] }],
};

const ours: ServerState = {
  buckets: [{ id: 'b1', name: 'raw', retentionSeconds: 7 * DAY }],
  tasks: [{ id: 't1', name: 'hourly', flux: 'text', isActive: true }],
  tokens: [{ id: 'a1', name: 'writer', permissions: ['write buckets/raw'], isActive: true, value: 'secret' }],
};

function kinds(steps: readonly Step[]): readonly string[] {
  return steps.map(({ kind }) => kind);
}

test('everything is made where there is nothing, and nothing where all is there', () => {
  expect(kinds(planSetup(schema, NOTHING).steps)).toEqual(['create-bucket', 'create-task', 'create-token']);
  expect(planSetup(schema, ours)).toEqual({ steps: [], left: { buckets: [], tasks: [], tokens: [] } });
});

describe('drift', () => {
  test('a retention is set back', () => {
    const found = { id: 'b1', name: 'raw', retentionSeconds: 0 };
    expect(planSetup(schema, { ...ours, buckets: [found] }).steps).toEqual([
      { kind: 'set-retention', found, retentionSeconds: 7 * DAY },
    ]);
  });

  test.each([
    [{ flux: 'other' }, ['text or schedule']],
    [{ isActive: false }, ['switched on']],
    [{ flux: 'other', isActive: false }, ['text or schedule', 'switched on']],
  ])('a task with %j is changed', (difference, changes) => {
    const tasks = ours.tasks.map((task) => ({ ...task, ...difference }));
    expect(planSetup(schema, { ...ours, tasks }).steps).toMatchObject([{ kind: 'change-task', id: 't1', changes }]);
  });

  test('a token with more or other rights is replaced: the new one first', () => {
    for (const permissions of [[], ['read buckets/raw'], ['read buckets/raw', 'write buckets/raw']]) {
      const tokens = ours.tokens.map((token) => ({ ...token, permissions }));
      expect(kinds(planSetup(schema, { ...ours, tokens }).steps)).toEqual(['create-token', 'delete-token']);
    }
  });

  test('a replacement that was broken off is finished, and makes no third token', () => {
    const tokens = [...ours.tokens, ...ours.tokens.map((token) => ({ ...token, id: 'a0', permissions: [] }))];
    expect(planSetup(schema, { ...ours, tokens }).steps).toMatchObject([{ kind: 'delete-token', found: { id: 'a0' } }]);
  });

  test('a token that was switched off is switched on', () => {
    const tokens = ours.tokens.map((token) => ({ ...token, isActive: false }));
    expect(planSetup(schema, { ...ours, tokens }).steps).toEqual([
      { kind: 'activate-token', id: 'a1', name: 'writer' },
    ]);
  });
});

test('what others made is named and left, a second task of our name among it', () => {
  const state: ServerState = {
    buckets: [...ours.buckets, { id: 'b2', name: 'theirs', retentionSeconds: 0 }],
    tasks: [...ours.tasks, { id: 't2', name: 'hourly', flux: 'theirs', isActive: false }],
    tokens: [...ours.tokens, { id: 'a2', name: '', permissions: [], isActive: true, value: null }],
  };
  expect(planSetup(schema, state)).toEqual({
    steps: [],
    left: { buckets: ['theirs'], tasks: ['hourly (t2)'], tokens: [''] },
  });
});
