import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderTerminal } from './render-terminal.ts';

describe('renderTerminal', () => {
  test.each([
    ['plain text', 'one\r\ntwo\r\n', 'one\ntwo\n'],
    ['doubled carriage returns', 'one\r\r\ntwo', 'one\ntwo'],
    ['colours and a window title', '\u001b]0;r1\u0007\u001b[1;32mup\u001b[0m', 'up'],
    ['a corrected letter', 'shoq\b \bw', 'show'],
    ['a pager taken away with backspaces', `--More--${'\b'.repeat(8)}${' '.repeat(8)}${'\b'.repeat(8)}line`, 'line'],
    ['a pager overwritten with blanks', `---(more)---\r${' '.repeat(20)}\rline`, 'line'],
    ['a pager erased to the end of the line', '--More--\r\u001b[Kline', 'line'],
    ['an erased line', 'abc\u001b[2Kd', '   d'],
    ['an erased start', 'abcd\u001b[2D\u001b[1K', '   d'],
    ['movements', 'abc\u001b[2DX\u001b[1C\u001b[5GY', 'aXc Y'],
    ['tabs', 'a\tb', 'a b'],
    ['a bell and a null', 'a\u0007b\u0000c', 'abc'],
    ['an unfinished sequence', 'abc\u001b[1', 'abc'],
    ['an unfinished title', 'abc\u001b]0;tit', 'abc'],
    ['a lone escape', 'a\u001b\u0001b', 'ab'],
    ['a movement out of bounds', 'ab\u001b[99999999Cx\u001b[9999D!', '!b x'],
  ])('%s', (_name, raw, shown) => {
    expect(renderTerminal(raw)).toBe(shown);
  });

  test('no control character comes through, and rendering again changes nothing', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        'a',
        ' ',
        '\r',
        '\n',
        '\b',
        '\t',
        '\u001b',
        '[',
        ']',
        '2',
        'K',
        'D',
        'C',
        'G',
        '\u0007',
        '\\',
        '\u009b',
      ),
      maxLength: 60,
    });
    fc.assert(
      fc.property(hostile, (raw) => {
        const shown = renderTerminal(raw);
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
        expect(renderTerminal(shown)).toBe(shown);
      }),
      { numRuns: 2000 },
    );
  });
});
