import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText } from './text.ts';

const ESC = '\u001b';

/** C0, DEL, C1, bidirectional controls and marks, line and paragraph separators, zero-width and tag characters. */
const FORBIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u;

const hostile: readonly (readonly [string, string, string])[] = [
  ['a colour', `${ESC}[31mred${ESC}[0m`, 'red'],
  ['a colour by parameters with colons', `${ESC}[38:2:255:0:0mred`, 'red'],
  ['clearing the screen', `a${ESC}[2J${ESC}[Hb`, 'ab'],
  ['a private mode', `${ESC}[?1049hname${ESC}[?25l`, 'name'],
  ['a query that the terminal answers into the input', `${ESC}[6n${ESC}[cname`, 'name'],
  ['a title, ended by BEL', `${ESC}]0;owned\u0007name`, 'name'],
  ['a title, ended by ST', `${ESC}]2;owned${ESC}\\name`, 'name'],
  ['a title that never ends', `name${ESC}]0;owned`, 'name'],
  ['the clipboard', `${ESC}]52;c;cm0gLXJmIC8=\u0007name`, 'name'],
  ['a link', `${ESC}]8;;http://evil.example${ESC}\\click${ESC}]8;;${ESC}\\`, 'click'],
  ['a device control string', `${ESC}Pq#0;2;0;0;0${ESC}\\name`, 'name'],
  ['an application command', `${ESC}_Gi=1;AAAA${ESC}\\name`, 'name'],
  ['a privacy message', `${ESC}^secret${ESC}\\name`, 'name'],
  ['a start of string', `${ESC}Xsecret${ESC}\\name`, 'name'],
  ['a character set', `${ESC}(0name${ESC}(B`, 'name'],
  ['a reset', `${ESC}cname`, 'name'],
  ['a keypad mode', `${ESC}=name${ESC}>`, 'name'],
  ['8-bit CSI', '\u009b31mred', 'red'],
  ['8-bit OSC', '\u009d0;owned\u009cname', 'name'],
  ['8-bit DCS', '\u0090payload\u009cname', 'name'],
  ['half a sequence', `name${ESC}[`, 'name'],
  ['a lone escape', `name${ESC}`, 'name'],
  ['an escape that another one cuts short', `${ESC}[3${ESC}[31mname`, 'name'],
  ['a sequence put together by taking another out', `${ESC}${ESC}[0m[31mname`, '[31mname'],
  ['backspaces over what was there', 'safe\b\b\b\bevil', 'safeevil'],
  ['a carriage return over what was there', 'good\rbad', 'good bad'],
  ['line breaks', 'one\r\ntwo\nthree\u2028four\u2029five\u0085six', 'one two three four five six'],
  ['tabs', 'one\ttwo', 'one two'],
  ['a bell', 'na\u0007me', 'name'],
  ['a null', 'na\u0000me', 'name'],
  ['right-to-left override', 'user\u202egnp.exe', 'usergnp.exe'],
  ['isolates', '\u2066a\u2069\u2067b\u2069\u2068c\u2069', 'abc'],
  ['marks', 'a\u200e\u200f\u061cb', 'ab'],
  ['zero-width space, word joiner, byte order mark', 'a\u200bb\u2060c\ufeffd', 'abcd'],
  ['tag characters, which only a model reads', 'name\u{e0041}\u{e0042}', 'name'],
  ['what makes one emoji of several, or changes it', '👩\u200d💻 ❤\ufe0f 👍\u{1f3fd} 1\ufe0f\u20e3', '👩💻 ❤ 👍 1'],
  ['shift out', 'na\u000eme', 'name'],
];

describe('cleanLine', () => {
  it.each(hostile)('takes out %s', (_name, text, clean) => {
    expect(cleanLine(text)).toBe(clean);
  });

  it.each(['ams-core-01', '17.09.04a → 17.12.03', 'Zürich', '東京', '🚀 ok', 'café', 'שלום', '[31m', 'a  b'])(
    'keeps %s as it is',
    (text) => {
      expect(cleanLine(text)).toBe(text);
    },
  );

  const pieces = [
    ESC,
    '[',
    ']',
    '0;',
    'm',
    'P',
    '_',
    '\\',
    '\u0007',
    '\u009b',
    '\u009d',
    '\u009c',
    '\u0090',
    '\n',
    '\r',
    '\t',
  ]
    .concat([
      '\u202e',
      '\u2028',
      '\u200b',
      '\ufeff',
      '\u{e0041}',
      '\u0000',
      '\u0085',
      '\u007f',
      '\b',
      'a',
      '東',
      '👩‍💻',
      ' ',
      '3',
      ';',
    ])
    .map((piece) => fc.constant(piece));
  const anything = fc.oneof(
    fc.array(fc.oneof(...pieces)).map((parts) => parts.join('')),
    fc.string({ unit: 'binary' }),
  );

  it('never leaves a control or direction-changing character, and is done after one pass', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const clean = cleanLine(text);
        expect(clean).not.toMatch(FORBIDDEN);
        expect(cleanLine(clean)).toBe(clean);
      }),
      { numRuns: 5000 },
    );
  });

  it('takes time in proportion to the text, also for the worst of it', () => {
    const worst = [
      `${ESC}[`.repeat(50_000),
      `${ESC}]`.repeat(50_000),
      '\u009d'.repeat(100_000),
      `${ESC}P`.repeat(50_000),
    ];
    for (const text of worst) expect(cleanLine(text)).not.toMatch(FORBIDDEN);
  });
});

describe('cleanText', () => {
  it('keeps line breaks, as line feeds, and cleans each line', () => {
    expect(cleanText(`one\r\n${ESC}[1mtwo\rthree\n\tfour\u202e`)).toBe('one\ntwo\nthree\n four');
  });

  it('lets no sequence reach over a line break', () => {
    expect(cleanText(`${ESC}]0;title\nsecond line`)).toBe('\nsecond line');
  });
});
