import type { Part } from '../../text/parts.ts';
import type { Tone } from '../../theme/tones.ts';
import { Canvas } from './canvas.ts';
import { type Extremes, stretchExtremes } from '../chart-band.ts';
import { stretch } from '../sparkline.ts';
import { frameOf, type GlyphSet } from './glyph-sets.ts';
import { type Scale, ticks } from './scale.ts';
import { strokes } from './strokes.ts';
import { columnOf, columnOfStep, tickTimes, type TimeSteps } from './time-axis.ts';

/** A line of the plot. */
export interface PlotSeries {
  /** Stands in the line, so that no colour is needed to tell whose it is. One cell. */
  readonly letter: string;
  readonly tone: Tone;
  /** One for each step; null where nothing was measured. */
  readonly values: readonly (number | null)[];
  /** Drawn as a band behind the line, where it is alone. */
  readonly extremes?: readonly (Extremes | null)[];
}

/** Something that happened at a time. */
export interface PlotMarker {
  readonly at: number;
  /** One cell, above the plot. */
  readonly glyph: string;
  readonly tone: Tone;
}

export interface PlotOptions {
  readonly series: readonly PlotSeries[];
  readonly steps: TimeSteps;
  readonly scale: Scale;
  /** Values of lines across the plot. */
  readonly limits: readonly number[];
  readonly markers: readonly PlotMarker[];
  /** Index of a step, marked by a line from top to bottom. */
  readonly cursor: number | null;
  /** Cells, with labels and axes; at least 20 by 6. */
  readonly width: number;
  readonly height: number;
  readonly set: GlyphSet;
  readonly times: {
    label(at: number): string;
    /** Cells of a label. */
    readonly width: number;
    /** What the clock is ahead of UTC, milliseconds. */
    readonly offsetMs: number;
    /** Name of the zone, at the end of the axis. */
    readonly zone: string;
  };
  /** Said in the middle if there is no value at all. */
  readonly empty: string;
}

/** Columns between two letters of one line. */
const LETTER_EVERY = 16;

/** A plot of exactly `height` rows: markers, lines with the values beside them, and two rows of time. */
export function plotRows(options: PlotOptions): readonly (readonly Part[])[] {
  const { scale, height } = options;
  const tall = height - 3;
  const rowOf = (value: number): number =>
    Math.round((1 - Math.max(0, Math.min(1, (value - scale.min) / (scale.max - scale.min || 1)))) * (tall - 1));
  const { min, max, factor = 1 } = scale;
  const values = ticks(min * factor, max * factor, tall).map((tick) => tick / factor);
  const labels = new Map(values.map((value) => [rowOf(value), scale.label(value)]));
  const margin = Math.max(...[...labels.values()].map(({ length }) => length)) + 2;
  const width = options.width - margin;
  const canvas = new Canvas(width, tall + 1);
  drawAll(canvas, options, { width, tall, rowOf });
  const frame = frameOf(options.set);
  const beside = (text: string, side: string): Part => ({ tone: 'muted', text: `${text.padStart(margin - 1)}${side}` });
  return [
    [beside('', ' '), ...canvas.parts(0)],
    ...Array.from({ length: tall }, (_, row): readonly Part[] => [
      beside(labels.get(row) ?? '', frame.side),
      ...canvas.parts(row + 1),
    ]),
    ...timeRows(options, margin, width),
  ];
}

interface Place {
  readonly width: number;
  readonly tall: number;
  readonly rowOf: (value: number) => number;
}

/** From what lies behind to what lies before. The first row of the canvas is for markers. */
function drawAll(canvas: Canvas, options: PlotOptions, { width, tall, rowOf }: Place): void {
  const { series, limits, markers, steps, cursor, set, scale } = options;
  const frame = frameOf(set);
  const [only] = series;
  if (only?.extremes !== undefined && series.length === 1) {
    stretchExtremes(only.extremes, width).forEach((extremes, column) => {
      if (extremes === null || extremes[0] === extremes[1]) return;
      for (let row = rowOf(extremes[1]); row <= rowOf(extremes[0]); row += 1)
        canvas.draw(column, row + 1, frame.band, 'muted');
    });
  }
  for (const value of limits) canvas.draw(0, rowOf(value) + 1, frame.limit.repeat(width), 'warn');
  for (const { at, glyph, tone } of markers) {
    const column = columnOf(steps, width, at);
    if (column === null) continue;
    for (let row = 1; row <= tall; row += 1) canvas.draw(column, row, frame.marker, tone);
    canvas.draw(column, 0, glyph, tone);
  }
  if (cursor !== null) {
    const column = columnOfStep(steps.starts.length, width, cursor);
    for (let row = 1; row <= tall; row += 1) canvas.draw(column, row, frame.cursor, 'key');
  }
  for (const { values, tone } of series) {
    strokes(values, { width, height: tall, min: scale.min, max: scale.max, set }).forEach((line, row) =>
      canvas.draw(0, row + 1, line, tone),
    );
  }
  if (series.length > 1) series.forEach((one, index) => drawLetters(canvas, one, { index, width, rowOf }));
  if (series.every(({ values }) => values.every((value) => value === null)))
    canvas.write(1, Math.floor(tall / 2) + 1, options.empty, 'muted');
}

/** Each line has its letter at other columns, so that they stand beside each other where lines meet. */
function drawLetters(
  canvas: Canvas,
  { letter, tone, values }: PlotSeries,
  {
    index,
    width,
    rowOf,
  }: { readonly index: number; readonly width: number; readonly rowOf: (value: number) => number },
): void {
  const columns = stretch(values, width);
  const last = columns.findLastIndex((value) => value !== null);
  for (let column = 1 + index * 2; column < width; column += LETTER_EVERY) {
    const value = columns[column] ?? null;
    if (value !== null) canvas.draw(column, rowOf(value) + 1, letter, tone);
  }
  const end = columns[last] ?? null;
  if (end !== null) canvas.draw(Math.max(0, last - index), rowOf(end) + 1, letter, tone);
}

function timeRows({ steps, set, times }: PlotOptions, margin: number, width: number): readonly (readonly Part[])[] {
  const frame = frameOf(set);
  const zone = ` ${times.zone}`;
  const axis = Array.from(frame.floor.repeat(Math.max(0, width - zone.length)));
  const labels = Array.from(' '.repeat(width));
  let free = 0;
  for (const at of tickTimes(steps, width, { room: times.width + 3, offsetMs: times.offsetMs })) {
    const column = columnOf(steps, width, at);
    if (column === null || column >= axis.length) continue;
    const text = times.label(at);
    const from = Math.max(0, Math.min(width - text.length, column - Math.floor(text.length / 2)));
    if (from < free) continue;
    axis[column] = frame.tick;
    labels.splice(from, text.length, ...Array.from(text));
    free = from + text.length + 1;
  }
  return [
    [{ tone: 'muted', text: `${' '.repeat(margin - 1)}${frame.corner}${axis.join('')}${zone}` }],
    [{ tone: 'muted', text: ' '.repeat(margin) + labels.join('') }],
  ];
}
