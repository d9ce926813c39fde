import type { ConsoleServices } from '../../services.ts';
import { zoneSlice } from '../../state/session.ts';
import type { LineParts } from '../upgrade/parts.ts';
import { compareLines } from './lines.ts';
import {
  comparedFiguresSlice,
  comparedUpgradeSlice,
  compareScrollSlice,
  compareSpanSlice,
  configurationDiffSlice,
  keyOf,
  noFigures,
} from './state.ts';

/** All lines as they are now. */
export function linesNow(
  { store, context, body }: ConsoleServices,
  now = context.now().getTime(),
): readonly LineParts[] {
  const compared = store.get(comparedUpgradeSlice);
  const span = store.get(compareSpanSlice);
  const read = store.get(comparedFiguresSlice);
  const key = keyOf(compared.upgradeId, span);
  return compareLines({
    compared,
    span,
    figures: read.key === key ? read : noFigures(key),
    diff: store.get(configurationDiffSlice),
    now,
    width: body().columns - 1,
    zone: store.get(zoneSlice),
    byHours: context.telemetry.kind === 'embedded',
  });
}

/** How many lines there are, how many fit, and which is the first in sight. */
export function scrolled(services: ConsoleServices): { count: number; room: number; top: number } {
  const { rows: room } = services.body();
  const count = linesNow(services).length;
  return { count, room, top: Math.max(0, Math.min(services.store.get(compareScrollSlice), count - room)) };
}

export function scrollBy(services: ConsoleServices, by: number): void {
  const { count, room, top } = scrolled(services);
  services.store.set(compareScrollSlice, Math.max(0, Math.min(count - room, top + by)));
}

/** Scrolls to what changed in the configuration, which is last. */
export function showConfiguration(services: ConsoleServices): void {
  const { store } = services;
  const { count, room } = scrolled(services);
  const own = 1 + (store.get(configurationDiffSlice)?.lines.length ?? 0);
  store.set(compareScrollSlice, Math.max(0, Math.min(count - room, count - own)));
}
