import { expect, test } from 'vitest';
import { csvCell } from './csv-cell.ts';

test.for([
  [null, ''],
  ['', ''],
  ['core-r1', 'core-r1'],
  ['17.12.4', '17.12.4'],
  ['a b', '"a b"'],
  ['a,b;c', '"a,b;c"'],
  ['say "no"', '"say ""no"""'],
  ['{"a": 1}', '"{""a"": 1}"'],
  ['två\r\nrader', '"två rader"'],
  ['red \u001b[31malert\u001b[0m\u202e', '"red alert"'],
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['＝1', `"'＝1"`],
  ['\t=1', `"' =1"`],
  ['\u001b[0m=cmd|x', `"'=cmd|x"`],
  ['\u200b=1', `"'=1"`],
] as const)('%j is written as %j', ([text, cell]) => {
  expect(csvCell(text)).toBe(cell);
});
