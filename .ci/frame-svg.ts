import type { IBufferCell, Terminal } from '@xterm/headless';

const CELL = { width: 8.4, height: 18 };
const PADDING = 14;
const BACKGROUND = '#11151c';
const FOREGROUND = '#d8dee9';
const ANSI = [
  ['#2e3440', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d8dee9'],
  ['#5c6370', '#ff7b86', '#b5e890', '#ffd68a', '#8ac6ff', '#e19cf0', '#7fd8e3', '#ffffff'],
].flat();

interface Run {
  readonly column: number;
  readonly text: string;
  readonly cells: number;
  readonly style: string;
  readonly background: string | null;
}

/** Draws what a terminal shows as an SVG picture. */
export function frameSvg(terminal: Terminal, title: string): string {
  const width = Math.ceil(terminal.cols * CELL.width + 2 * PADDING);
  const height = terminal.rows * CELL.height + 2 * PADDING;
  const lines = Array.from({ length: terminal.rows }, (_, row) =>
    runsOf(terminal, row)
      .map((run) => drawRun(run, row))
      .join(''),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">`,
    ...lines.filter((line) => line !== ''),
    '</g></svg>\n',
  ].join('\n');
}

function runsOf(terminal: Terminal, row: number): readonly Run[] {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row);
  const runs: { column: number; text: string; cells: number; style: string; background: string | null }[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const { style, background } = styleOf(cell);
    const last = runs.at(-1);
    const text = cell.getChars() === '' ? ' ' : cell.getChars();
    if (last !== undefined && last.style === style && last.background === background) {
      last.text += text;
      last.cells += cell.getWidth();
    } else runs.push({ column, text, cells: cell.getWidth(), style, background });
  }
  return runs;
}

function styleOf(cell: IBufferCell): { style: string; background: string | null } {
  const own = colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor());
  const behind = colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor());
  const inverse = cell.isInverse() !== 0;
  const foreground = inverse ? (behind ?? BACKGROUND) : (own ?? FOREGROUND);
  const background = inverse ? (own ?? FOREGROUND) : behind;
  const bold = cell.isBold() === 0 ? '' : ' font-weight="bold"';
  const dim = cell.isDim() === 0 ? '' : ' opacity="0.6"';
  return { style: `fill="${foreground}"${bold}${dim}`, background };
}

function colour(isDefault: boolean, isRgb: boolean, value: number): string | null {
  if (isDefault) return null;
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  const ansi = ANSI[value];
  if (ansi !== undefined) return ansi;
  if (value >= 232) return `#${(8 + (value - 232) * 10).toString(16).padStart(2, '0').repeat(3)}`;
  const cube = value - 16;
  return `#${level(Math.floor(cube / 36))}${level(Math.floor(cube / 6) % 6)}${level(cube % 6)}`;
}

/** One channel of the 256-colour cube. */
function level(digit: number): string {
  return (digit === 0 ? 0 : 55 + digit * 40).toString(16).padStart(2, '0');
}

function drawRun(run: Run, row: number): string {
  const x = (PADDING + run.column * CELL.width).toFixed(1);
  const top = PADDING + row * CELL.height;
  const length = run.cells * CELL.width;
  const box =
    run.background === null
      ? ''
      : `<rect x="${x}" y="${top}" width="${length.toFixed(1)}" height="${CELL.height}" fill="${run.background}"/>`;
  if (run.text.trim() === '') return box;
  // The length is fixed, so that a font of another width cannot shift the columns.
  return `${box}<text x="${x}" y="${top + 14}" ${run.style} textLength="${length.toFixed(1)}" lengthAdjust="spacingAndGlyphs">${escape(run.text)}</text>`;
}

function escape(text: string): string {
  return text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;');
}
