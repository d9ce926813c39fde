import type { Policy } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import type { History, InterfaceReading } from '../../../model/telemetry.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import type { ConsoleServices } from '../../services.ts';
import { defineSlice } from '../../state/slice.ts';
import { chartsRoute } from '../routes.ts';
import type { FigureName, WindowName } from './figures.ts';

/** A router that is charted. */
export interface ChartedRouter {
  readonly routerId: string;
  readonly hostname: string;
}

/** More lines than these cannot be told apart. */
export const MOST_ROUTERS = 6;

/** Stay as they are from router to router. */
export const figureSlice = defineSlice<FigureName>('charts.figure', () => 'cpu', { keep: true });
export const windowSlice = defineSlice<WindowName>('charts.window', () => '2h', { keep: true });
/** Which way the traffic of several routers is shown; of one router both are. */
export const directionSlice = defineSlice<'in' | 'out'>('charts.direction', () => 'in', { keep: true });

/** The interface that the operator chose, by router. */
export const chosenInterfacesSlice = defineSlice<ReadonlyMap<string, string>>('charts.interfaces', () => new Map());

/** The step that is read, counted from the newest one, so that it stays in place while time goes on; null: none. */
export const cursorSlice = defineSlice<number | null>('charts.cursor', () => null);

/** One line of the chart. */
export interface ChartLine {
  readonly routerId: string;
  readonly interfaceName: string | null;
  readonly direction: 'in' | 'out' | null;
  readonly history: History;
}

/** What telemetry says. */
export interface ChartsRead {
  /** What it was asked for: see {@link keyOf}. */
  readonly key: string;
  readonly lines: readonly ChartLine[];
  /** What interfaces there are, by router. */
  readonly interfaces: ReadonlyMap<string, readonly InterfaceReading[]>;
  /** When it was read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read it failed. */
  readonly failed: boolean;
}

export const notRead = (key: string): ChartsRead => ({
  key,
  lines: [],
  interfaces: new Map(),
  readAt: null,
  failed: false,
});

/** What PostgreSQL says: limits, and when upgrades were. */
export interface ChartsRecord {
  readonly of: string;
  readonly routers: readonly Router[];
  readonly policies: ReadonlyMap<string, Policy>;
  readonly upgrades: readonly Upgrade[];
  readonly readAt: number | null;
  readonly failed: boolean;
}

export const noRecord = (of: string): ChartsRecord => ({
  of,
  routers: [],
  policies: new Map(),
  upgrades: [],
  readAt: null,
  failed: false,
});

export const chartsReadSlice = defineSlice<ChartsRead>('charts.read', () => notRead(''));
export const chartsRecordSlice = defineSlice<ChartsRecord>('charts.record', () => noRecord(''));

/** The routers of the screen that is shown. */
export function chartedRouters({ navigation }: ConsoleServices): readonly ChartedRouter[] {
  const entry = navigation.current();
  return (entry === undefined ? null : chartsRoute.params(entry))?.routers ?? [];
}

/** What has to be read: what was read for another key is not shown under this one's name. */
export function keyOf({ store }: ConsoleServices, routers: readonly ChartedRouter[]): string {
  const ids = routers.map(({ routerId }) => routerId);
  const figure = store.get(figureSlice);
  const chosen = store.get(chosenInterfacesSlice);
  const traffic = figure === 'traffic' ? ids.map((id) => chosen.get(id) ?? null) : [];
  return JSON.stringify([figure, store.get(windowSlice), ids, traffic]);
}

/** What is shown now: nothing, for as long as it is not read. */
export function shownRead(services: ConsoleServices): ChartsRead {
  const key = keyOf(services, chartedRouters(services));
  const read = services.store.get(chartsReadSlice);
  return read.key === key ? read : { ...notRead(key), interfaces: read.interfaces };
}

/** Steps of the chart that is shown. */
export function stepCount(services: ConsoleServices): number {
  return shownRead(services).lines[0]?.history.steps.length ?? 0;
}
