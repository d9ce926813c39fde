import path from 'node:path';
import type { Replacement } from './replacement.ts';

const frameUpdate = JSON.stringify(path.join(import.meta.dirname, 'frame-update.ts'));

/** `ink.js`: a frame leaves in one write. */
export const inkChanges: readonly Replacement[] = [
  [
    `            incremental: options.incrementalRendering,
        });
`,
    `            incremental: options.incrementalRendering,
            isFullscreen: () => this.alternateScreen,
        });
`,
  ],
  [
    `                if (shouldSync && shouldWrite) {
                    this.options.stdout.write(bsu);
                }
                this.log(output);
                if (shouldSync && shouldWrite) {
                    this.options.stdout.write(esu);
                }
            }, undefined, {
`,
    `                // A frame and what is around it leave in one write.
                this.options.stdout.cork?.();
                if (shouldSync && shouldWrite) {
                    this.options.stdout.write(bsu);
                }
                this.log(output);
                if (shouldSync && shouldWrite) {
                    this.options.stdout.write(esu);
                }
                this.options.stdout.uncork?.();
            }, undefined, {
`,
  ],
];

/** `log-update.js`: of a frame that fills the screen only the changed cells are written. */
export const logChanges: readonly Replacement[] = [
  [
    `import lineUpdate from './line-update.js';\n`,
    `import lineUpdate from './line-update.js';\nimport { frameUpdate } from ${frameUpdate};\n`,
  ],
  [
    `const createIncremental = (stream, { showCursor = false } = {}) => {
    let previousLines = [];
    let previousOutput = '';
    let previousColumns = stream.columns;
`,
    `const createIncremental = (stream, { showCursor = false, isFullscreen = () => false } = {}) => {
    let previousLines = [];
    let previousOutput = '';
    let previousColumns = stream.columns;
`,
  ],
  [
    `        const hasTrailingNewline = text.endsWith('\\n');
        // We aggregate`,
    `        // A frame that fills the screen has a known place: only its changed cells need to be written.
        if (areColumnsUnchanged &&
            nextLines.length === stream.rows &&
            previousLines.length === stream.rows &&
            isFullscreen()) {
            const update = frameUpdate(previousLines, nextLines, stream.columns);
            if (update !== null) {
                stream.write(returnPrefix + update + buildCursorSuffix(nextLines.length - 1, activeCursor));
                wasCursorShown = activeCursor !== undefined;
                previousCursorPosition = activeCursor ? { ...activeCursor } : undefined;
                previousOutput = text;
                previousLines = nextLines;
                return true;
            }
        }
        const hasTrailingNewline = text.endsWith('\\n');
        // We aggregate`,
  ],
  [
    `const create = (stream, { showCursor = false, incremental = false } = {}) => incremental
    ? createIncremental(stream, { showCursor })
`,
    `const create = (stream, { showCursor = false, incremental = false, isFullscreen } = {}) => incremental
    ? createIncremental(stream, { showCursor, isFullscreen })
`,
  ],
];
