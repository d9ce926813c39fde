import { SERIES_TONES } from '../../theme/tones.ts';
import type { Extremes } from '../../components/chart-band.ts';
import type { PlotSeries } from '../../components/plot/plot-rows.ts';
import { FIGURES, type FigureName } from './figures.ts';
import type { ChartedRouter, ChartLine } from './state.ts';

const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'] as const;

/** A line of the chart with its name. */
export interface NamedLine {
  readonly line: ChartLine;
  /** `ams-edge-01`, `ams-edge-01 ge-0/0/0 in`. */
  readonly name: string;
  readonly series: PlotSeries;
  /** The greatest and the least that was measured within the steps; null where nothing was. */
  readonly extremes: Extremes | null;
}

/** The letter of a router, as it stands in the chart. */
export function letterOf(routers: readonly ChartedRouter[], routerId: string): string {
  return LETTERS[routers.findIndex((one) => one.routerId === routerId)] ?? '?';
}

/** The lines that are drawn: of one router traffic both ways, of several the one that is chosen. */
export function namedLines(
  lines: readonly ChartLine[],
  routers: readonly ChartedRouter[],
  { figure, direction }: { readonly figure: FigureName; readonly direction: 'in' | 'out' },
): readonly NamedLine[] {
  const alone = routers.length === 1;
  return lines
    .filter((line) => alone || line.direction === null || line.direction === direction)
    .map((line, index) => {
      const at = alone ? index : routers.findIndex(({ routerId }) => routerId === line.routerId);
      const hostname = routers.find(({ routerId }) => routerId === line.routerId)?.hostname ?? line.routerId;
      const letter = alone && line.direction !== null ? (line.direction === 'in' ? 'I' : 'O') : (LETTERS[at] ?? '?');
      const { steps } = line.history;
      const values = steps.map(FIGURES[figure].value);
      const counted = figure === 'errors';
      return {
        line,
        name: [hostname, line.interfaceName, line.direction].filter((part) => part !== null).join(' '),
        extremes: counted
          ? rangeOf(values, values)
          : rangeOf(
              steps.map(({ min }) => min),
              steps.map(({ max }) => max),
            ),
        series: {
          letter,
          tone: SERIES_TONES[at] ?? 'series1',
          values,
          ...(counted
            ? {}
            : {
                extremes: steps.map(({ min, max }): Extremes | null =>
                  min === null || max === null ? null : [min, max],
                ),
              }),
        },
      };
    });
}

function rangeOf(least: readonly (number | null)[], greatest: readonly (number | null)[]): Extremes | null {
  const [low, high] = [least, greatest].map((values) => values.filter((value) => value !== null));
  if (low === undefined || high === undefined || low.length === 0) return null;
  return [Math.min(...low), Math.max(...high)];
}
