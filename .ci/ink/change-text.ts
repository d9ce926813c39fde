import type { Replacement } from './replacement.ts';
import { SINGLE_CELLS } from './single-cell.ts';

/** `render-node-to-output.js`: the width that the layout has measured already. */
export const nodeChanges: readonly Replacement[] = [
  [`import widestLine from 'widest-line';\n`, `import measureText from './measure-text.js';\n`],
  [`const currentWidth = widestLine(text);`, `const currentWidth = measureText(text).width;`],
];

/** `measure-text.js`: lines of single cells are as wide as they are long. */
export const measureChanges: readonly Replacement[] = [
  [
    `const cache = new QuickLRU({ maxSize: 4096 });\n`,
    `const cache = new QuickLRU({ maxSize: 1024 });
const singleCell = /${SINGLE_CELLS}$/;
const sgr = /\\u001B\\[[\\d;]*m/g;
`,
  ],
  [
    `    const width = widestLine(text);\n`,
    `    const plain = text.includes('\\u001B') ? text.replaceAll(sgr, '') : text;
    const width = singleCell.test(plain) ? plain.length : widestLine(text);
`,
  ],
];

/** `sanitize-ansi.js`: the same text is looked through once. */
export const sanitizeChanges: readonly Replacement[] = [
  [
    `import { hasAnsiControlCharacters, tokenizeAnsi } from './ansi-tokenizer.js';\n`,
    `import QuickLRU from 'quick-lru';\nimport { hasAnsiControlCharacters, tokenizeAnsi } from './ansi-tokenizer.js';\nconst sanitized = new QuickLRU({ maxSize: 512 });\n`,
  ],
  [
    `const sanitizeAnsi = (text) => {\n`,
    `const sanitizeAnsi = (text) => {
    let cached = sanitized.get(text);
    if (cached === undefined) {
        cached = sanitize(text);
        sanitized.set(text, cached);
    }
    return cached;
};
const sanitize = (text) => {
`,
  ],
];

/** `line-update.js`: widths by grapheme, from a cache. */
export const lineChanges: readonly Replacement[] = [
  [
    `import stringWidth from 'string-width';\n`,
    `import measureWidth from 'string-width';\nimport QuickLRU from 'quick-lru';\nconst graphemeWidths = new QuickLRU({ maxSize: 2048 });\n`,
  ],
  [
    `const printableAscii = /^[ -~]*$/u;\n`,
    `const printableAscii = /${SINGLE_CELLS}$/;
function stringWidth(text) {
    if (printableAscii.test(text)) {
        return text.length;
    }
    let width = 0;
    for (const { segment } of segmenter.segment(text)) {
        let cached = graphemeWidths.get(segment);
        if (cached === undefined) {
            cached = measureWidth(segment);
            graphemeWidths.set(segment, cached);
        }
        width += cached;
    }
    return width;
}
`,
  ],
];
