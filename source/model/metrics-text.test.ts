import { expect, test } from 'vitest';
import { parseMetrics } from '../../test/support/metrics-parser.ts';
import { type Metric, metricsText, single } from './metrics-text.ts';

test('writes help, type and every value, escaped', () => {
  const steps: Metric = {
    name: 'steps_total',
    help: 'A back\\slash\nand a line.',
    type: 'counter',
    samples: [
      { labels: { step: 'say "hi"\\', result: 'a\nb' }, value: 3 },
      { labels: { step: 'x', result: 'y' }, value: 1e21 },
    ],
  };
  const text = metricsText([
    steps,
    single('gauge', 'offset_seconds', 'Off.', -0.25),
    { ...steps, name: 'none', samples: [] },
  ]);
  expect(text).toBe(
    [
      '# HELP steps_total A back\\\\slash\\nand a line.',
      '# TYPE steps_total counter',
      'steps_total{step="say \\"hi\\"\\\\",result="a\\nb"} 3',
      'steps_total{step="x",result="y"} 1e+21',
      '# HELP offset_seconds Off.',
      '# TYPE offset_seconds gauge',
      'offset_seconds -0.25',
      '',
    ].join('\n'),
  );
  expect(parseMetrics(text).values.get('offset_seconds')).toBe(-0.25);
});

test('writes what is no number', () => {
  const samples = [NaN, Infinity, -Infinity].map((value, at) => ({ labels: { at: String(at) }, value }));
  const text = metricsText([{ name: 'odd', help: 'Odd.', type: 'gauge', samples }]);
  expect([...parseMetrics(text).values.values()]).toEqual([NaN, Infinity, -Infinity]);
});

test.for([
  ['a value without a type', 'a 1\n', 'a value before its HELP and TYPE'],
  ['a value twice', '# HELP a A.\n# TYPE a gauge\na 1\na 2\n', 'twice'],
  ['a label that is not closed', '# HELP a A.\n# TYPE a gauge\na{b="c} 1\n', 'bad labels'],
  ['a quote that is not escaped', '# HELP a A.\n# TYPE a gauge\na{b="c"d"} 1\n', 'bad labels'],
  ['no end of the last line', '# HELP a A.\n# TYPE a gauge\na 1', 'the last line does not end'],
  ['a word for a number', '# HELP a A.\n# TYPE a gauge\na many\n', 'no value'],
] as const)('the parser of the tests refuses %s', ([, text, fault]) => {
  expect(() => parseMetrics(text)).toThrow(fault);
});
