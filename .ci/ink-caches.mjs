// Ink 8 works out the same string widths again for every frame. This transform of its built files keeps those answers: see
// docs/decisions/0001-ink-caches.md. It replaces exact text, so that a new Ink that no longer has it stops the build.

/** @typedef {readonly [find: string, replace: string]} Replacement */

// Each of these is one UTF-16 unit, one grapheme whatever stands beside it, and one cell wide: string-width needs no segmenting for them.
// test/ink-caches.test.ts proves it of every character in the set.
const singleCell = String.raw`/^[ -~\u00A1-\u00A8\u00AA-\u00AC\u00AF-\u02FF\u2012-\u2027\u2030-\u203B\u2190-\u21FF\u2200-\u22FF\u2500-\u25FC\u2713-\u2718]*$/`;

/** @type {Readonly<Record<string, readonly Replacement[]>>} */
export const replacements = {
  'output.js': [
    [
      `import stringWidth from 'string-width';\n`,
      `import stringWidth from 'string-width';\nimport QuickLRU from 'quick-lru';\nconst singleCell = ${singleCell};\n`,
    ],
    [
      `    widths = new Map();\n    blockWidths = new Map();\n    styledChars = new Map();\n`,
      `    widths = new QuickLRU({ maxSize: 4096 });\n    blockWidths = new QuickLRU({ maxSize: 256 });\n    styledChars = new QuickLRU({ maxSize: 256 });\n    lines = new QuickLRU({ maxSize: 512 });\n`,
    ],
    [
      `    getStringWidth(text) {\n        let cached = this.widths.get(text);\n        if (cached === undefined) {\n            cached = stringWidth(text);\n`,
      `    getStringWidth(text) {
        if (text.length === 1 && text >= ' ' && text <= '~') {
            return 1;
        }
        let cached = this.widths.get(text);
        if (cached === undefined) {
            cached = singleCell.test(text) ? text.length : stringWidth(text);
`,
    ],
    [
      `    getStyledChars(line) {\n`,
      `    getLines(text) {
        let cached = this.lines.get(text);
        if (cached === undefined) {
            const characterLines = [[]];
            for (const character of this.getStyledChars(text)) {
                if (character.value === '\\n') {
                    characterLines.push([]);
                }
                else {
                    characterLines.at(-1).push(character);
                }
            }
            cached = characterLines.map(line => styledCharsToString(line));
            this.lines.set(text, cached);
        }
        return cached;
    }
    getStyledChars(line) {\n`,
    ],
    [
      `        const characterLines = [[]];
        for (const character of this.caches.getStyledChars(text)) {
            if (character.value === '\\n') {
                characterLines.push([]);
            }
            else {
                characterLines.at(-1).push(character);
            }
        }
        let lines = characterLines.map(line => styledCharsToString(line));
`,
      `        let lines = this.caches.getLines(text);\n`,
    ],
    [
      `                    return this.sliceLineToColumns(line, from, to);\n`,
      `                    return from === 0 && to === width ? line : this.sliceLineToColumns(line, from, to);\n`,
    ],
    [
      `export default class Output {\n    operations = [];\n    caches = new OutputCaches();\n`,
      `const sharedCaches = new OutputCaches();\nexport default class Output {\n    operations = [];\n    caches = sharedCaches;\n`,
    ],
  ],
  'render-node-to-output.js': [
    [`import widestLine from 'widest-line';\n`, `import measureText from './measure-text.js';\n`],
    [`const currentWidth = widestLine(text);`, `const currentWidth = measureText(text).width;`],
  ],
  'line-update.js': [
    [
      `import stringWidth from 'string-width';\n`,
      `import measureWidth from 'string-width';\nimport QuickLRU from 'quick-lru';\nconst graphemeWidths = new QuickLRU({ maxSize: 2048 });\n`,
    ],
    [
      `const printableAscii = /^[ -~]*$/u;\n`,
      `const printableAscii = ${singleCell};
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
  ],
};

const inkFile = /[\\/]node_modules[\\/]ink[\\/]build[\\/]([a-z-]+\.js)$/;

/**
 * A rolldown and vite plugin. The build fails if a replacement does not fit the installed Ink exactly once, or if one of the files
 * was not met at all. A test run, which loads what it needs, passes `complete: false`.
 * @param {{ complete?: boolean }} [options]
 * @returns {{ name: string, transform: (code: string, id: string) => { code: string, map: null } | null, buildEnd: (error?: Error) => void }}
 */
export function inkCaches({ complete = true } = {}) {
  /** @type {Set<string>} */
  const met = new Set();
  return {
    name: 'ink-caches',
    transform(code, id) {
      const file = inkFile.exec(id.split('?')[0] ?? '')?.[1];
      const changes = file === undefined ? undefined : replacements[file];
      if (file === undefined || changes === undefined) return null;
      met.add(file);
      return { code: applyReplacements(code, changes, file), map: null };
    },
    buildEnd(error) {
      const missing = Object.keys(replacements).filter((file) => !met.has(file));
      if (complete && error === undefined && missing.length > 0) {
        throw new Error(
          `ink-caches: did not meet ink/build/${missing.join(', ')}; see docs/decisions/0001-ink-caches.md`,
        );
      }
    },
  };
}

/**
 * @param {string} code
 * @param {readonly Replacement[]} changes
 * @param {string} file
 * @returns {string}
 */
export function applyReplacements(code, changes, file) {
  let changed = code;
  for (const [find, replace] of changes) {
    const parts = changed.split(find);
    if (parts.length !== 2) {
      throw new Error(
        `ink-caches: expected this text once in ink/build/${file}, found it ${parts.length - 1} times; see docs/decisions/0001-ink-caches.md:\n${find}`,
      );
    }
    changed = parts.join(replace);
  }
  return changed;
}
