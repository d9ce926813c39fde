import { plot } from 'asciichart';
import { fitParts, spreadParts, type Part } from '../text/parts.ts';
import type { Theme } from '../theme/theme.ts';
import type { Tone } from '../theme/tones.ts';
import { BAND, type Extremes, stretchExtremes, withBand } from './chart-band.ts';
import { resample } from './sparkline.ts';

export interface ChartOptions {
  /** In the top of the frame: `CPU %  (2 h, 1 min mean)`. */
  readonly title: string;
  /** Oldest first; null where nothing was measured, drawn as a gap. */
  readonly values: readonly (number | null)[];
  /** Of each value the least and the greatest that it is the mean of; drawn as a band behind the line. */
  readonly extremes?: readonly (Extremes | null)[];
  /** Cells with the frame: at least 20 by 5. */
  readonly width: number;
  readonly height: number;
  /** The ends of the axis. Values beyond them are drawn at the edge. */
  readonly min: number;
  readonly max: number;
  /** Behind the axis labels. */
  readonly unit?: string;
  /** A limit, drawn across, and said in the frame: `policy limit 80`. */
  readonly threshold?: { readonly value: number; readonly label: string };
  /** What the left and the right end of the time axis are, in the bottom of the frame. */
  readonly ends?: readonly [from: string, to: string];
  /** Said in place of the line if there is no value at all. */
  readonly empty?: string;
}

/** A framed line chart of exactly `width` by `height` cells, as painted lines. */
export function chartLines(theme: Theme, options: ChartOptions): readonly string[] {
  const { title, width, height, threshold, ends } = options;
  const inner = width - 4;
  const limit: Part[] = threshold === undefined ? [] : [{ tone: 'warn', text: threshold.label }];
  const side = theme.paint('border', '│');
  const body = plotRows(options, inner, height - 2).map((row) => `${side} ${fitParts(theme, row, inner)} ${side}`);
  return [
    frameLine(theme, ['┌', '┐'], [{ tone: 'title', text: title }], limit, width),
    ...body,
    frameLine(theme, ['└', '┘'], part(ends?.[0]), part(ends?.[1]), width),
  ];
}

function part(text: string | undefined): readonly Part[] {
  return text === undefined || text === '' ? [] : [{ tone: 'muted', text }];
}

/** A line of the frame with text at both ends. */
function frameLine(
  theme: Theme,
  [left, right]: readonly [string, string],
  start: readonly Part[],
  end: readonly Part[],
  width: number,
): string {
  const rule: Part = { tone: 'border', text: '─'.repeat(width) };
  const startParts: readonly Part[] = start.length === 0 ? [] : [' ', ...start, ' '];
  const endParts: readonly Part[] = end.length === 0 ? [] : [' ', ...end, ' '];
  const text = spreadParts(
    theme,
    [{ tone: 'border', text: left }, ...startParts, rule],
    [...endParts, { tone: 'border', text: right }],
    width,
  );
  return text.replace('…', '─');
}

function plotRows(options: ChartOptions, width: number, height: number): readonly (readonly Part[])[] {
  const { min, max, unit = '', threshold, empty, extremes = [] } = options;
  const rowOf = (value: number): number => Math.round(((max - value) / (max - min)) * (height - 1));
  const labels = new Map(ticks(min, max, height).map((tick) => [rowOf(tick), `${tick}${unit} `]));
  const labelWidth = Math.max(...[...labels.values()].map(({ length }) => length));
  const values = stretch(options.values, width - labelWidth - 1).map((value) =>
    value === null ? null : Math.max(min, Math.min(max, value)),
  );
  const band = stretchExtremes(extremes, values.length);
  const drawn = plot(carried(values, min), {
    min,
    max,
    height: height - 1,
    offset: 2,
    format: (_, row) => (labels.get(row) ?? '').padStart(labelWidth),
  }).split('\n');
  const message = values.every((value) => value === null) ? empty : undefined;
  const limitRow = threshold === undefined ? -1 : rowOf(threshold.value);
  return drawn.map((text, row) => {
    const axis = text.slice(0, labelWidth + 1).replace('┼', '┤');
    if (message !== undefined && row === Math.floor(height / 2)) return [{ tone: 'muted', text: `${axis} ${message}` }];
    const line = rubOut(text.slice(labelWidth + 1, labelWidth + 1 + values.length), values);
    if (row === limitRow) return [{ tone: 'muted', text: axis }, ...paintRuns(line, '╌')];
    return [{ tone: 'muted', text: axis }, ...paintRuns(withBand(line, row, band, rowOf), ' ')];
  });
}

/** Round values along the axis, no closer than every second row. */
function ticks(min: number, max: number, height: number): readonly number[] {
  const rough = (max - min) / Math.max(1, Math.floor(height / 2));
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((nice) => nice * power >= rough) ?? 10) * power;
  const count = Math.floor((max - min) / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((min + index * step).toPrecision(6)));
}

/** As many values as there are columns: means of neighbours, or each value over several columns. */
function stretch(values: readonly (number | null)[], width: number): readonly (number | null)[] {
  if (values.length >= width) return resample(values, width);
  return Array.from({ length: width }, (_, column) => values[Math.floor((column * values.length) / width)] ?? null);
}

/** asciichart cannot draw gaps, nor the last value: the line is carried through and on, and rubbed out afterwards. */
function carried(values: readonly (number | null)[], empty: number): readonly number[] {
  let last = values.find((value) => value !== null) ?? empty;
  return [...values, null].map((value) => {
    last = value ?? last;
    return last;
  });
}

/** Column n joins value n with value n + 1; a lone value keeps a column of its own. */
function rubOut(line: string, values: readonly (number | null)[]): string {
  const known = (index: number): boolean => (values[index] ?? null) !== null;
  return Array.from(line, (cell, index) => {
    return known(index) && (known(index + 1) || !known(index - 1) || index === values.length - 1) ? cell : ' ';
  }).join('');
}

/** `blank` stands where there is no line. */
function paintRuns(line: string, blank: ' ' | '╌'): readonly Part[] {
  return (line.match(/ +|░+|[^ ░]+/gu) ?? []).map((run) => {
    if (run.startsWith(BAND)) return { tone: 'muted' satisfies Tone, text: run };
    if (run.trim() !== '') return { tone: 'accent' satisfies Tone, text: run };
    return blank === ' ' ? run : { tone: 'warn' satisfies Tone, text: blank.repeat(run.length) };
  });
}
