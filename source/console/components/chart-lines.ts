import { plot } from 'asciichart';
import { fitParts, spreadParts, type Part } from '../text/parts.ts';
import type { Theme } from '../theme/theme.ts';
import type { Tone } from '../theme/tones.ts';
import { BAND, type Extremes, stretchExtremes, withBand } from './chart-band.ts';
import { carried, rubOut } from './chart-gaps.ts';
import { ticks } from './plot/scale.ts';
import { stretch } from './sparkline.ts';

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

/** `blank` stands where there is no line. */
function paintRuns(line: string, blank: ' ' | '╌'): readonly Part[] {
  return (line.match(/ +|░+|[^ ░]+/gu) ?? []).map((run) => {
    if (run.startsWith(BAND)) return { tone: 'muted' satisfies Tone, text: run };
    if (run.trim() !== '') return { tone: 'accent' satisfies Tone, text: run };
    return blank === ' ' ? run : { tone: 'warn' satisfies Tone, text: blank.repeat(run.length) };
  });
}
