import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { displayWidth, fit, isSingleCell, truncate } from './width.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const singles = Array.from({ length: 0x1_00_00 }, (_, code) => String.fromCharCode(code)).filter((text) =>
  isSingleCell(text),
);

describe('isSingleCell', () => {
  it('holds only characters that are one cell wide', () => {
    expect(singles.length).toBeGreaterThan(1000);
    expect(singles.filter((text) => stringWidth(text) !== 1)).toEqual([]);
  });

  it('holds only characters that never join with each other', () => {
    const text = singles.flatMap((single) => [single, '→', single, single]).join('');
    expect(Array.from(segmenter.segment(text)).length).toBe(text.length);
  });
});

describe('displayWidth', () => {
  it.each(['ams-core-01', '▂▂▃▄ → ✔', '日本語', 'é', '👩‍👩‍👧‍👦 family', '🇳🇱', 'ﾞ', '한국'])(
    'agrees with string-width on %s',
    (text) => {
      expect(displayWidth(text)).toBe(stringWidth(text));
    },
  );
});

describe('fit', () => {
  it.each([
    ['pads', 'ams', 6, 'left', 'ams   '],
    ['pads on the left', '7', 3, 'right', '  7'],
    ['cuts', 'ams-core-01', 6, 'left', 'ams-c…'],
    ['counts wide characters as two', '日本語', 7, 'left', '日本語 '],
    ['does not halve a wide character', '日本語', 4, 'left', '日… '],
    ['drops escape sequences', '\u001b[31mred\u001b[0m', 5, 'left', 'red  '],
    ['drops controls that move the cursor', 'a\rb\u0008c', 4, 'left', 'a bc'],
    ['leaves nothing for no room', 'ams', 0, 'left', ''],
  ] as const)('%s', (_, text, width, align, expected) => {
    expect(fit(text, width, align)).toBe(expected);
  });
});

describe('truncate', () => {
  it('leaves what fits', () => {
    expect(truncate('日本', 4)).toBe('日本');
  });
});
