import { array, assert, constant, constantFrom, integer, oneof, option, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowCollection } from './row-collection.ts';
import type { RowSort } from './row-sort.ts';

interface Row {
  readonly id: string;
  readonly cpu: number | null;
}

const sorts: readonly RowSort<Row>[] = [
  { id: 'id', direction: 'ascending', value: ({ id }) => id },
  { id: 'cpu', direction: 'ascending', value: ({ cpu }) => cpu },
  { id: 'cpu', direction: 'descending', value: ({ cpu }) => cpu },
];
const [byId, byCpu, byCpuDown] = sorts;
if (byId === undefined || byCpu === undefined || byCpuDown === undefined) throw new Error('no sorts');

const open = (sort: RowSort<Row> = byId): RowCollection<Row> => new RowCollection({ idOf: ({ id }) => id, sort });
const ids = (rows: RowCollection<Row>): string => Array.from(rows.shown(), ({ id }) => id).join('');

describe('order', () => {
  const rows: readonly Row[] = [
    { id: 'c', cpu: 5 },
    { id: 'a', cpu: null },
    { id: 'b', cpu: 9 },
    { id: 'd', cpu: 5 },
  ];

  it('sorts by any value, unknown ones last in both directions, equal ones as they came', () => {
    const collection = open();
    collection.upsert(rows);
    expect(ids(collection)).toBe('abcd');
    collection.setSort(byCpu);
    expect(ids(collection)).toBe('cdba');
    collection.setSort(byCpuDown);
    expect(ids(collection)).toBe('bcda');
    expect(collection.sort).toBe(byCpuDown);
  });

  it('puts a changed row in its new place', () => {
    const collection = open(byCpu);
    collection.upsert(rows);
    collection.upsert([{ id: 'a', cpu: 1 }]);
    expect(ids(collection)).toBe('acdb');
    expect(collection.positionOf('b')).toBe(3);
    expect(collection.at(0)).toEqual({ id: 'a', cpu: 1 });
  });

  it('filters, and lets rows in and out as they change', () => {
    const collection = open();
    collection.upsert(rows);
    collection.setFilter(({ cpu }) => (cpu ?? 0) > 6);
    expect(ids(collection)).toBe('b');
    collection.upsert([
      { id: 'd', cpu: 7 },
      { id: 'b', cpu: 1 },
    ]);
    expect(ids(collection)).toBe('d');
    expect(collection.positionOf('b')).toBe(-1);
    expect([collection.size, collection.count]).toEqual([4, 1]);
  });

  it('forgets what a complete read no longer has', () => {
    const collection = open();
    collection.upsert(rows);
    const gone = new Set(collection.ids());
    gone.delete('a');
    gone.delete('d');
    collection.remove([...gone]);
    expect(ids(collection)).toBe('ad');
    expect(collection.get('b')).toBeUndefined();
  });
});

describe('against a plain sort', () => {
  const anyId = constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  const row = record({ id: anyId, cpu: option(integer({ min: 0, max: 4 })) });
  const step = oneof(
    record({ kind: constant('upsert' as const), rows: array(row) }),
    record({ kind: constant('remove' as const), ids: array(anyId) }),
    record({ kind: constant('sort' as const), sort: constantFrom(...sorts) }),
    record({ kind: constant('filter' as const), above: option(integer({ min: 0, max: 4 })) }),
  );

  it('shows the same rows in the same order after any changes', () => {
    assert(
      property(array(step, { maxLength: 30 }), (steps) => {
        const hot = ({ cpu }: Row): boolean => (cpu ?? 0) > 2;
        const collection = new RowCollection<Row>({ idOf: ({ id }) => id, sort: byId, tally: hot });
        const all = new Map<string, Row>();
        let sort = byId;
        let above: number | null = null;
        for (const change of steps) {
          if (change.kind === 'upsert') {
            collection.upsert(change.rows);
            for (const changed of change.rows) all.set(changed.id, changed);
          } else if (change.kind === 'remove') {
            collection.remove(change.ids);
            for (const id of change.ids) all.delete(id);
          } else if (change.kind === 'sort') {
            ({ sort } = change);
            collection.setSort(sort);
          } else {
            const limit = change.above;
            const narrows = limit !== null && limit >= (above ?? -1);
            above = limit;
            collection.setFilter(limit === null ? null : ({ cpu }) => (cpu ?? -1) > limit, narrows);
          }
          const shown = Array.from(collection.shown());
          const wanted = [...all.values()].filter(({ cpu }) => above === null || (cpu ?? -1) > above);
          expect(new Set(shown)).toEqual(new Set(wanted));
          expect(collection.tallied).toBe([...all.values()].filter(hot).length);
          expect(shown.map((entry) => collection.positionOf(entry.id))).toEqual([...shown.keys()]);
          const values = shown.map((entry) => sort.value(entry)).filter((value) => value !== null);
          const sorted = values.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
          expect(values).toEqual(sort.direction === 'ascending' ? sorted : sorted.toReversed());
          expect(shown.findIndex(({ cpu }) => sort.id === 'cpu' && cpu === null)).toBeOneOf([-1, values.length]);
        }
      }),
    );
  });
});

describe('a hundred thousand rows', () => {
  const many: readonly Row[] = Array.from({ length: 100_000 }, (_, index) => ({
    id: String(index).padStart(6, '0'),
    cpu: (index * 7919) % 1000,
  }));

  it('keeps the old order on the screen while a new one is worked out, and takes in changes made meanwhile', async () => {
    const collection = open();
    for (let at = 0; at < many.length; at += 5000) collection.upsert(many.slice(at, at + 5000));
    expect(collection.count).toBe(100_000);
    collection.setSort(byCpuDown);
    expect(collection.at(0)?.id).toBe('000000');
    collection.upsert([{ id: '000003', cpu: 5000 }]);
    collection.upsert([{ id: 'new', cpu: 6000 }]);
    collection.remove(['000001']);
    await collection.settled();
    expect([collection.at(0)?.id, collection.at(1)?.id]).toEqual(['new', '000003']);
    expect(collection.count).toBe(100_000);
    expect(collection.positionOf('000001')).toBe(-1);
    const values = Array.from(collection.shown(), ({ cpu }) => cpu ?? -1);
    expect(values.every((value, at) => at === 0 || value <= (values[at - 1] ?? 0))).toBe(true);
  });

  it('takes one filter after the other, and changes made meanwhile', async () => {
    const collection = open(byCpuDown);
    collection.upsert(many);
    await collection.settled();
    const above = (limit: number) => (row: Row) => (row.cpu ?? -1) > limit;
    collection.setFilter(above(100));
    collection.setFilter(above(900), true);
    collection.setFilter(above(990), true);
    collection.remove([collection.at(0)?.id ?? '']);
    collection.upsert([
      { id: '000003', cpu: 5000 },
      { id: 'new', cpu: 6000 },
    ]);
    await collection.settled();
    expect(collection.count).toBe(901);
    expect([collection.at(0)?.id, collection.at(1)?.id]).toEqual(['new', '000003']);
    collection.setFilter(above(100));
    await collection.settled();
    expect(collection.count).toBe(89_900);
    collection.setFilter(null);
    await collection.settled();
    expect(collection.count).toBe(100_000);
    expect(collection.positionOf('000003')).toBe(1);
  });

  it('takes a batch of all rows', async () => {
    const collection = open();
    collection.upsert(many);
    await collection.settled();
    expect(collection.count).toBe(100_000);
    expect(collection.positionOf('050000')).toBe(50_000);
  });
});
