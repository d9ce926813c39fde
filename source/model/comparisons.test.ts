import { array, assert, integer, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaAbsolute, deltaPercent, listNotLess, listNotMore, same } from './comparisons.ts';

const figure = integer({ min: 0, max: 1_000_000 });
const tolerance = record({ less: integer({ min: 0, max: 100 }), more: integer({ min: 0, max: 100 }) });
const names = array(string({ minLength: 1, maxLength: 6 }));

describe('what says nothing', () => {
  it('was not said before: it is not compared', () => {
    for (const one of [same(null, 7), deltaAbsolute(null, 7, { less: 0 }), deltaPercent(null, 7, { less: 0 })])
      expect(one).toEqual({ result: 'pass', expected: 'not compared', actual: '7' });
    expect(same(null, null).actual).toBe('not said');
  });

  it('was said before: it is not known', () => {
    for (const one of [same(7, null), deltaAbsolute(7, null, { less: 1 }), deltaPercent(7, null, { less: 10 })])
      expect(one).toMatchObject({ result: 'unknown', actual: 'not said' });
  });
});

it('same: nothing but the same passes', () => {
  assert(
    property(figure, figure, (before, after) => {
      expect(same(before, after).result).toBe(before === after ? 'pass' : 'fail');
      expect(same(before, before)).toEqual({ result: 'pass', expected: `${before}, as before`, actual: `${before}` });
    }),
  );
  expect(same('up', 'down').result).toBe('fail');
});

describe('a delta', () => {
  it('absolute: passes within its bounds, and nowhere else', () => {
    assert(
      property(figure, figure, tolerance, (before, after, { less, more }) => {
        const fits = before - after <= less && after - before <= more;
        expect(deltaAbsolute(before, after, { less, more }).result).toBe(fits ? 'pass' : 'fail');
      }),
    );
  });

  it('in percent: passes within its bounds, with room for rounding', () => {
    assert(
      property(figure, figure, tolerance, (before, after, { less, more }) => {
        const fits = (value: number): boolean =>
          (value - before) * 100 >= -less * before && (value - before) * 100 <= more * before;
        // Next to a bound that is no whole number either is right.
        const right = fits(after) ? ['pass'] : fits(after - 1) || fits(after + 1) ? ['pass', 'fail'] : ['fail'];
        expect(right).toContain(deltaPercent(before, after, { less, more }).result);
      }),
    );
  });

  it('says its bounds, and is open upwards where none is given', () => {
    expect(deltaPercent(103, 92, { less: 10 })).toEqual({
      result: 'pass',
      expected: 'at least 92 of 103',
      actual: '92',
    });
    expect(deltaPercent(103, 91, { less: 10 }).result).toBe('fail');
    expect(deltaPercent(103, 1_000_000, { less: 10 }).result).toBe('pass');
    expect(deltaAbsolute(10, 13, { less: 1, more: 2 })).toEqual({
      result: 'fail',
      expected: '9 to 12, from 10',
      actual: '13',
    });
  });
});

describe('a list', () => {
  it('not less: passes exactly if everything is still there', () => {
    assert(
      property(names, names, (before, after) => {
        const { result } = listNotLess(before, after);
        expect(result).toBe(before.every((name) => after.includes(name)) ? 'pass' : 'fail');
        expect(listNotLess(before, [...after, ...before]).result).toBe('pass');
      }),
    );
  });

  it('not more: is not less the other way round', () => {
    assert(
      property(names, names, (before, after) => {
        expect(listNotMore(before, after).result).toBe(listNotLess(after, before).result);
      }),
    );
  });

  it('names the first five that are missing, or new', () => {
    const seven = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(listNotLess(seven, [])).toEqual({
      result: 'fail',
      expected: 'the 7 from before',
      actual: 'missing: a, b, c, d, e and 2 more',
    });
    expect(listNotMore(['a'], ['a', 'x'])).toMatchObject({ result: 'fail', actual: 'new: x' });
  });
});
