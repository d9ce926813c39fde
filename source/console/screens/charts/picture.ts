import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import { glyphSet } from '../../state/glyphs.ts';
import type { TimeSteps } from '../../components/plot/time-axis.ts';
import { FIGURES, type FigureName, type WindowName } from './figures.ts';
import { type Limit, limitsOf } from './limits.ts';
import { type NamedLine, namedLines } from './lines.ts';
import { type UpgradeMark, upgradeMarks } from './markers.ts';
import {
  type ChartedRouter,
  type ChartsRead,
  type ChartsRecord,
  chartsRecordSlice,
  cursorSlice,
  directionSlice,
  figureSlice,
  shownRead,
  windowSlice,
} from './state.ts';
import { commonZone } from './zone.ts';

/** All that the charts screen shows, as far as it is read. */
export interface Picture {
  readonly routers: readonly ChartedRouter[];
  readonly figure: FigureName;
  readonly window: WindowName;
  readonly read: ChartsRead;
  readonly record: ChartsRecord;
  readonly lines: readonly NamedLine[];
  readonly steps: TimeSteps;
  readonly limits: readonly Limit[];
  readonly marks: readonly UpgradeMark[];
  /** Index of the step that is read; null: none. */
  readonly cursor: number | null;
  /** IANA name of the zone of all times. */
  readonly zone: string;
}

export function pictureOf(services: ConsoleServices, routers: readonly ChartedRouter[]): Picture {
  const { store } = services;
  const [figure, window] = [store.get(figureSlice), store.get(windowSlice)];
  const read = shownRead(services);
  const record = store.get(chartsRecordSlice);
  const lines = namedLines(read.lines, routers, { figure, direction: store.get(directionSlice) });
  const history = lines[0]?.line.history;
  const steps = { starts: history?.steps.map(({ start }) => start) ?? [], end: history?.end ?? 0 };
  const fromEnd = store.get(cursorSlice);
  const count = steps.starts.length;
  return {
    routers,
    figure,
    window,
    read,
    record,
    lines,
    steps,
    limits: limitsOf(figure, routers, record),
    marks: upgradeMarks(record.upgrades, { start: steps.starts[0] ?? 0, end: steps.end, set: glyphSet(services) }),
    cursor: fromEnd === null || count === 0 ? null : Math.max(0, count - 1 - fromEnd),
    zone: commonZone(record.routers, store.get(zoneSlice)),
  };
}

/** The greatest value to draw, with its extremes. */
export function greatest({ lines, figure }: Picture): number {
  const { value } = FIGURES[figure];
  const all = lines.flatMap(({ line }) => line.history.steps.map((step) => value(step) ?? 0));
  return Math.max(0, ...all, ...(figure === 'traffic' ? lines.map(({ extremes }) => extremes?.[1] ?? 0) : []));
}
