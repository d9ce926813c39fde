import path from 'node:path';
import type { Replacement } from './replacement.ts';
import { SINGLE_CELLS } from './single-cell.ts';

const cells = JSON.stringify(path.join(import.meta.dirname, 'cells.ts'));

/** `output.js`: caches that outlive a frame; a row that only one text is written to comes whole from them. */
export const outputChanges: readonly Replacement[] = [
  [
    `import stringWidth from 'string-width';\n`,
    `import stringWidth from 'string-width';\nimport QuickLRU from 'quick-lru';\nconst singleCell = /${SINGLE_CELLS}$/;\nconst sgr = /\\u001B\\[[\\d;]*m/g;\nimport { cellsOf } from ${cells};\n`,
  ],
  [
    `    widths = new Map();\n    blockWidths = new Map();\n    styledChars = new Map();\n`,
    `    widths = new QuickLRU({ maxSize: 4096 });\n    blockWidths = new QuickLRU({ maxSize: 256 });\n    styledChars = new QuickLRU({ maxSize: 8 });\n    lines = new QuickLRU({ maxSize: 512 });\n    rows = new QuickLRU({ maxSize: 512 });\n    rowWidth = 0;\n`,
  ],
  [
    `    getStringWidth(text) {\n        let cached = this.widths.get(text);\n        if (cached === undefined) {\n            cached = stringWidth(text);\n`,
    `    getStringWidth(text) {
        if (text.length === 1 && text >= ' ' && text <= '~') {
            return 1;
        }
        let cached = this.widths.get(text);
        if (cached === undefined) {
            const plain = text.includes('\\u001B') ? text.replaceAll(sgr, '') : text;
            cached = singleCell.test(plain) ? plain.length : stringWidth(text);
`,
  ],
  [
    `    getStyledChars(line) {\n`,
    `    // One line of characters of one cell each, with nothing but styles between them that end with it, need not be taken apart.
    isWhole(text) {
        return cellsOf(text.trimEnd())?.whole === true;
    }
    getLines(text) {
        let cached = this.lines.get(text);
        if (cached === undefined && this.isWhole(text)) {
            cached = [text];
            this.lines.set(text, cached);
        }
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
    `    applyWriteOperation(output, operation, clip) {
        const { text, transformers } = operation;
`,
    `    // Notes for each row which pieces of text are written to it.
    place(output, operation, clip) {
        const { text } = operation;
`,
  ],
  [
    `            for (const transformer of transformers) {
                line = transformer(line, index + y - operation.y);
            }
            const characters = this.caches.getStyledChars(line);
            // Nothing to write (e.g. line was clipped away).
            if (characters.length === 0) {
                continue;
            }
`,
    `            for (const transformer of operation.transformers) {
                line = transformer(line, index + y - operation.y);
            }
            currentLine.push({ x, line });
        }
    }
    // A row that the same texts are written to looks as it did the last time that they were there.
    renderRow(pieces) {
        if (pieces.length === 0) {
            return '';
        }
        if (this.caches.rowWidth !== this.width) {
            this.caches.rowWidth = this.width;
            this.caches.rows.clear();
        }
        const key = pieces.length === 1 && pieces[0].x === 0
            ? pieces[0].line
            : pieces.map(({ x, line }) => \`\${x}:\${line}\`).join('\\n');
        let row = this.caches.rows.get(key);
        if (row === undefined) {
            row = this.paintRow(pieces);
            this.caches.rows.set(key, row);
        }
        return row;
    }
    paintRow(pieces) {
        const [first] = pieces;
        if (pieces.length === 1 && first.x === 0 && this.caches.isWhole(first.line) && this.caches.getStringWidth(first.line) <= this.width) {
            return first.line.trimEnd();
        }
        const currentLine = Array.from({ length: this.width }, () => emptyCell);
        for (const { x, line } of pieces) {
            const characters = this.caches.getStyledChars(line);
            // Nothing to write (e.g. line was clipped away).
            if (characters.length === 0) {
                continue;
            }
`,
  ],
  [
    `            if (currentLine[offsetX]?.value === '') {
                currentLine[offsetX] = blankCell(currentLine[offsetX]);
            }
        }
    }
`,
    `            if (currentLine[offsetX]?.value === '') {
                currentLine[offsetX] = blankCell(currentLine[offsetX]);
            }
        }
        // See https://github.com/vadimdemedes/ink/pull/564#issuecomment-1637022742
        const lineWithoutEmptyItems = currentLine.filter(item => item !== undefined);
        return styledCharsToString(lineWithoutEmptyItems).trimEnd();
    }
`,
  ],
  [
    `        const output = [];
        for (let y = 0; y < this.height; y++) {
            const row = [];
            for (let x = 0; x < this.width; x++) {
                row.push({
                    type: 'char',
                    value: ' ',
                    fullWidth: false,
                    styles: [],
                });
            }
            output.push(row);
        }
`,
    `        const output = Array.from({ length: this.height }, () => []);
`,
  ],
  [
    `                this.applyWriteOperation(output, operation, clips.at(-1));
`,
    `                this.place(output, operation, clips.at(-1));
`,
  ],
  [
    `        const generatedOutput = output
            .map(line => {
            // See https://github.com/vadimdemedes/ink/pull/564#issuecomment-1637022742
            const lineWithoutEmptyItems = line.filter(item => item !== undefined);
            return styledCharsToString(lineWithoutEmptyItems).trimEnd();
        })
            .join('\\n');
`,
    `        const generatedOutput = output.map(pieces => this.renderRow(pieces)).join('\\n');
`,
  ],
  [
    `export default class Output {\n    operations = [];\n    caches = new OutputCaches();\n`,
    `const sharedCaches = new OutputCaches();\nconst emptyCell = Object.freeze({ type: 'char', value: ' ', fullWidth: false, styles: [] });\nexport default class Output {\n    operations = [];\n    caches = sharedCaches;\n`,
  ],
];
