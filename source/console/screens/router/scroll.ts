import type { ConsoleServices } from '../../services.ts';
import { decidingSlice } from '../../loaders/deciding.ts';
import { chartHeight } from './layout.ts';
import { routerLines } from './lines.ts';
import {
  currentRecord,
  routerJudgementSlice,
  routerMadeSlice,
  routerReadingsSlice,
  routerScrollSlice,
} from './state.ts';

/** The lower part of the screen: its lines, how many fit, and the first one shown. */
export function scrolled(services: ConsoleServices): {
  readonly count: number;
  readonly room: number;
  readonly top: number;
} {
  const { store, context, body } = services;
  const parts = {
    record: currentRecord(services),
    readings: store.get(routerReadingsSlice),
    judgement: store.get(routerJudgementSlice),
    made: store.get(routerMadeSlice),
    deciding: store.get(decidingSlice),
  };
  const { rows, columns } = body();
  const options = { zone: 'utc', now: context.now().getTime(), width: columns - 2 } as const;
  const count = parts.record.router === null ? 0 : routerLines(parts, options).length;
  const room = Math.max(1, rows - 2 - chartHeight(rows));
  return { count, room, top: Math.max(0, Math.min(store.get(routerScrollSlice), count - room)) };
}

export function scrollBy(services: ConsoleServices, by: number): void {
  const { count, room, top } = scrolled(services);
  services.store.set(routerScrollSlice, Math.max(0, Math.min(count - room, top + by)));
}
