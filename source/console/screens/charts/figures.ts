import type { HistoryStep } from '../../../model/telemetry.ts';
import { roundUp, type Scale } from '../../components/plot/scale.ts';
import { formatBitRate, formatCount } from '../../format/numbers.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Of a byte. */
const BITS = 8;
const DAY_MS = 24 * HOUR_MS;

/** How far back the charts look, and in about how many steps; by what is typed for it. */
export const WINDOWS = {
  '15m': { title: '15 min', ms: 15 * MINUTE_MS, steps: 15 },
  '2h': { title: '2 h', ms: 2 * HOUR_MS, steps: 120 },
  '24h': { title: '24 h', ms: DAY_MS, steps: 24 },
  '7d': { title: '7 d', ms: 7 * DAY_MS, steps: 84 },
  '30d': { title: '30 d', ms: 30 * DAY_MS, steps: 60 },
  '1y': { title: '1 y', ms: 365 * DAY_MS, steps: 60 },
} as const;

export type WindowName = keyof typeof WINDOWS;
export const WINDOW_NAMES = ['15m', '2h', '24h', '7d', '30d', '1y'] as const satisfies readonly WindowName[];

export const FIGURE_NAMES = ['cpu', 'memory', 'traffic', 'errors'] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

/** A figure, and how it is said and drawn. */
export interface Figure {
  readonly title: string;
  /** What of a step is drawn; null where nothing was measured. */
  readonly value: (step: HistoryStep) => number | null;
  readonly format: (value: number) => string;
  readonly scale: (greatest: number) => Scale;
}

const percent = (value: number): string => `${Math.round(value)}%`;
const percentScale = (): Scale => ({ min: 0, max: 100, label: percent });
const count = (value: number): string => formatCount(Math.round(value));

export const FIGURES: Readonly<Record<FigureName, Figure>> = {
  cpu: { title: 'CPU in use, %', value: ({ mean }) => mean, format: exactPercent, scale: percentScale },
  memory: { title: 'free memory, %', value: ({ mean }) => mean, format: exactPercent, scale: percentScale },
  traffic: {
    title: 'traffic, bits a second',
    value: ({ mean }) => mean,
    format: formatBitRate,
    scale: (greatest) => ({ min: 0, max: roundUp(greatest * BITS) / BITS, label: formatBitRate, factor: BITS }),
  },
  errors: {
    title: 'critical errors',
    value: ({ sum }) => sum,
    format: count,
    scale: (greatest) => ({ min: 0, max: Math.max(4, roundUp(greatest)), label: count }),
  },
};

function exactPercent(value: number): string {
  return `${value.toFixed(1)}%`;
}

/** The one after this one, or before it; from the last it goes on with the first. */
export function turned<T>(all: readonly T[], current: T, by: number): T {
  return all[(all.indexOf(current) + by + all.length) % all.length] ?? current;
}
