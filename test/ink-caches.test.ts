import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as InkModule from 'ink';
import type * as ReactModule from 'react';
import { rolldown } from 'rolldown';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SINGLE_CELLS } from '../.ci/ink/single-cell.ts';
import { applyReplacements, inkCaches, replacements } from '../.ci/ink-caches.mjs';
import { openTerminal, type TestTerminal } from './support/terminal.ts';

interface Bundle {
  readonly ink: typeof InkModule;
  readonly react: typeof ReactModule;
}

const inkFolder = new URL('../node_modules/ink/build/', import.meta.url);
const at = (name: string): string => JSON.stringify(path.resolve(import.meta.dirname, '../node_modules', name));
let folder = '';
let plain: Bundle;
let cached: Bundle;

async function bundle(name: string, isCached: boolean): Promise<Bundle> {
  const input = path.join(folder, 'entry.js');
  const nothing = {
    name: 'no-devtools',
    resolveId: (id: string) => (id === 'react-devtools-core' ? '\0nothing' : null),
    load: (id: string) => (id === '\0nothing' ? 'export default {}' : null),
  };
  const build = await rolldown({ input, platform: 'node', plugins: [nothing, ...(isCached ? [inkCaches()] : [])] });
  const file = path.join(folder, `${name}.mjs`);
  await build.write({ file, format: 'esm', codeSplitting: false });
  await build.close();
  return import(pathToFileURL(file).href);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'netup-ink-'));
  await writeFile(
    path.join(folder, 'entry.js'),
    `export * as ink from ${at('ink/build/index.js')};\nexport * as react from ${at('react/index.js')};\n`,
  );
  plain = await bundle('plain', false);
  cached = await bundle('cached', true);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the patch', () => {
  it.each(Object.entries(replacements))('fits %s of the installed Ink', async (file, changes) => {
    const code = await readFile(new URL(file, inkFolder), 'utf8');
    expect(applyReplacements(code, changes, file)).not.toBe(code);
  });

  it('stops the build when Ink is no longer what it was written for', () => {
    expect(() => applyReplacements('changed', [['original', 'better']], 'output.js')).toThrow(/found it 0 times/u);
    expect(() => applyReplacements('a a', [['a', 'b']], 'output.js')).toThrow(/found it 2 times/u);
  });

  it('takes for one cell only what is one cell, and joins with nothing of its kind', () => {
    const singleCell = new RegExp(`${SINGLE_CELLS}$`, 'u');
    const singles = Array.from({ length: 0x1_00_00 }, (_, code) => String.fromCharCode(code)).filter((text) =>
      singleCell.test(text),
    );
    expect(singles.length).toBeGreaterThan(1000);
    expect(singles.filter((text) => stringWidth(text) !== 1)).toEqual([]);
    const text = singles.flatMap((single) => [single, '→', single, single]).join('');
    expect([...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].length).toBe(text.length);
  });
});

/** Ink writes lines with one as they are. */
const LINK = '\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007';

/** Ink takes this apart and writes it with other sequences; we leave it as it is, where every character is one cell. */
const COMPOUND = '\u001b[1;31mbold red\u001b[0m plain';

/** Terminals do not agree on how many cells this takes. */
const FAMILY = '👩‍👩‍👧‍👦 family 🇳🇱 1️⃣ ❤️';

/** Its style is not taken back. */
const OPEN = '\u001b[35mopen';

const words = [
  OPEN,
  'ams-core-01',
  '▂▂▃▄▅▆▇█ ░░',
  '→ 17.12.03 ✔ ✖ ●',
  '日本語ルーター',
  FAMILY,
  'éà̧ combining',
  '한국 각',
  'ﾊﾞ ｱ゙',
  'zero\u200bwidth\u00adsoft\u2060',
  '\u001b[31mred\u001b[39m plain \u001b[48;5;238mback\u001b[49m',
  COMPOUND,
  LINK,
  'tab\there',
  '',
];

/** Always the same numbers, so that a failure can be repeated. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** A frame of nested, clipped, bordered and scrolled boxes with all kinds of text. */
function frame(
  { ink: { Box, Text }, react: { createElement } }: Bundle,
  seed: number,
  columns: number,
  rows: number,
  vocabulary: readonly string[],
): ReactModule.ReactElement {
  const random = numbers(seed);
  const next = (below: number): number => Math.floor(random.next().value * below);
  const line = (key: number): ReactModule.ReactElement => {
    const text = Array.from({ length: 1 + next(6) }, () => vocabulary[next(vocabulary.length)] ?? '').join(
      next(2) === 0 ? ' ' : '',
    );
    const wrap = (['truncate', 'truncate-middle', 'wrap'] as const)[next(3)] ?? 'wrap';
    const styled = createElement(Text, { color: 'green', bold: next(2) === 0 }, vocabulary[next(vocabulary.length)]);
    return createElement(Text, { key, wrap, inverse: next(8) === 0 }, text, styled);
  };
  const boxes = Array.from({ length: 5 }, (_, key) =>
    createElement(
      Box,
      {
        key,
        height: 4,
        width: 10 + next(columns),
        marginLeft: next(6),
        overflow: 'hidden',
        flexDirection: 'column',
        contentOffsetX: next(4),
        ...(next(3) === 0 ? { borderStyle: 'single' as const } : {}),
      },
      ...Array.from({ length: 5 }, (_row, row) => line(row)),
    ),
  );
  return createElement(Box, { width: columns, height: rows, overflow: 'hidden', flexDirection: 'column' }, ...boxes);
}

interface Drawn {
  /** All that was written. */
  readonly chunks: readonly string[];
  /** The screen after each frame, with the look of each cell. */
  readonly screens: readonly string[];
}

function picture(terminal: TestTerminal): string {
  const looks = Array.from({ length: 20 }, (_, row) =>
    Array.from({ length: 60 }, (_cell, column) =>
      JSON.stringify({ ...terminal.styleAt(row, column), text: undefined }),
    ),
  );
  return `${terminal.text()}\n${looks.flat().join('')}`;
}

async function drawn(using: Bundle, seeds: readonly number[], alternateScreen: boolean): Promise<Drawn> {
  const terminal = openTerminal({ columns: 60, rows: 20 });
  const { stdin, stdout } = terminal;
  const screens: string[] = [];
  const vocabulary = words.filter((word) => (alternateScreen ? word !== LINK && word !== FAMILY : word !== COMPOUND));
  const app = using.ink.render(frame(using, seeds[0] ?? 0, 60, 20, vocabulary), {
    stdin,
    stdout,
    interactive: true,
    incrementalRendering: true,
    patchConsole: false,
    alternateScreen,
  });
  for (const seed of seeds) {
    app.rerender(frame(using, seed, 60, 20, vocabulary));
    await app.waitUntilRenderFlush();
    if (alternateScreen) screens.push(picture(terminal));
  }
  app.unmount();
  await app.waitUntilExit();
  return { chunks: stdout.chunks, screens };
}

const table = (using: Bundle, current: number): ReactModule.ReactElement => {
  const { Box, Text } = using.ink;
  const vocabulary = words.filter((word) => word !== COMPOUND);
  const rows = Array.from({ length: 18 }, (_, row) =>
    using.react.createElement(
      Text,
      { key: row },
      `${row === current ? '▌' : ' '} ${vocabulary[row % vocabulary.length] ?? ''} ▂▃▄ ${row}`,
    ),
  );
  return using.react.createElement(
    Box,
    { width: 60, height: 20, overflow: 'hidden', flexDirection: 'column' },
    ...rows,
  );
};

describe('what is drawn', () => {
  it('is the same, byte for byte, for frames of every kind of text', async () => {
    const seeds = Array.from({ length: 60 }, (_, index) => index);
    // Some frames come back, to be drawn from the caches; in between there are more lines than the caches hold.
    const order = [...seeds, ...seeds.toReversed(), 3, 4, 3, 4];
    const [expected, actual] = [await drawn(plain, order, false), await drawn(cached, order, false)];
    expect(expected.chunks.join('').length).toBeGreaterThan(50_000);
    expect(actual.chunks).toEqual(expected.chunks);
  }, 60_000);

  it('is the same, cell by cell, where only the changed cells of a screen are written', async () => {
    const order = Array.from({ length: 60 }, (_, index) => index % 40);
    const [expected, actual] = [await drawn(plain, order, true), await drawn(cached, order, true)];
    expect(actual.screens).toEqual(expected.screens);
    expect(actual.chunks.join('').length).toBeLessThan(expected.chunks.join('').length);
  }, 60_000);

  it('is the same for a table in which one row changes', () => {
    const results = [plain, cached].map((using) => {
      const outputs = Array.from({ length: 18 }, (_, current) =>
        using.ink.renderToString(table(using, current), { columns: 60 }),
      );
      return outputs.join('\n');
    });
    expect(results[1]).toBe(results[0]);
  });
});
