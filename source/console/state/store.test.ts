import { expect, it } from 'vitest';
import { defineSlice } from './slice.ts';
import { createStore } from './store.ts';

const count = defineSlice('count', () => 0);
const kept = defineSlice('kept', () => 'initial', { keep: true });

it('reads at once what was written, and tells its listeners once a tick', async () => {
  const store = createStore();
  let calls = 0;
  store.subscribe(() => (calls += 1));
  store.set(count, 1);
  store.update(count, (value) => value + 1);
  expect(store.get(count)).toBe(2);
  expect(calls).toBe(0);
  await Promise.resolve();
  expect(calls).toBe(1);
});

it('tells nobody of a value that is the same', async () => {
  const store = createStore();
  let calls = 0;
  store.subscribe(() => (calls += 1));
  store.set(count, 0);
  await Promise.resolve();
  expect(calls).toBe(0);
});

it('keeps stores apart', () => {
  const [one, other] = [createStore(), createStore()];
  one.set(count, 5);
  expect(other.get(count)).toBe(0);
});

it('forgets what belongs to an organization, and keeps the rest', () => {
  const store = createStore();
  store.set(count, 5);
  store.set(kept, 'changed');
  store.forgetOrganization();
  expect(store.get(count)).toBe(0);
  expect(store.get(kept)).toBe('changed');
});
