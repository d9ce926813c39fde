import { expect, test } from 'vitest';
import { arrayLiteral } from './array-literal.ts';

test('numbers, booleans and nulls stand for themselves, text is quoted', () => {
  expect(arrayLiteral([])).toBe('{}');
  expect(arrayLiteral([1, 0.5, null, -2e-7])).toBe('{1,0.5,NULL,-2e-7}');
  expect(arrayLiteral([true, false])).toBe('{true,false}');
  expect(arrayLiteral(['a', 'NULL', '', 'x,y', '{"}', 'back\\slash'])).toBe(
    String.raw`{"a","NULL","","x,y","{\"}","back\\slash"}`,
  );
});
