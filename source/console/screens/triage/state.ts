import type { UpgradePulse } from '../../../postgres/pulse.ts';
import type { ConsoleServices } from '../../services.ts';
import { follow, LIST_START, type ListState } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { keyOf, pulseLines, type PulseLine } from './lines.ts';
import type { EarlierPulse, Pulse } from './pulse.ts';

/** Null until the fleet and its health have been read. */
export const pulseSlice = defineSlice<Pulse | null>('triage.pulse', () => null);

/** `none`: there are no readings from then to compare with. */
export const earlierSlice = defineSlice<EarlierPulse | 'reading' | 'none' | 'failed'>(
  'triage.earlier',
  () => 'reading',
);

export const upgradePulseSlice = defineSlice<{
  /** Null until they are counted. */
  readonly upgrades: UpgradePulse | null;
  readonly readAt: number | null;
  readonly failed: boolean;
}>('triage.upgrades', () => ({ upgrades: null, readAt: null, failed: false }));

const listSlice = defineSlice<ListState>('triage.list', () => LIST_START);
/** What the cursor is on, to stay on it while lines come and go. */
const chosenSlice = defineSlice<string | null>('triage.chosen', () => null);

/** Lines above the list. */
export const HEAD_LINES = 1;

export interface ShownPulse {
  readonly lines: readonly PulseLine[];
  readonly list: ListState;
  /** Lines that fit. */
  readonly height: number;
}

/** The lines as they are now, and the cursor where its line is now. */
export function shownPulse(services: ConsoleServices): ShownPulse {
  const { store, body } = services;
  const height = Math.max(1, body().rows - HEAD_LINES);
  const lines = pulseLines(store.get(pulseSlice), store.get(upgradePulseSlice).upgrades, height);
  const chosen = store.get(chosenSlice);
  const list = store.get(listSlice);
  // Until the operator moves, the cursor is on the first thing that is wrong: one more key down is its worst router.
  const position = lines.findIndex((line) =>
    chosen === null ? line.kind === 'trouble' && line.count > 0 : keyOf(line) === chosen,
  );
  return { lines, list: follow(list, position < 0 ? list.cursor : position, lines.length, height), height };
}

export function setList(services: ConsoleServices, list: ListState): void {
  const line = shownPulse(services).lines[list.cursor];
  services.store.set(listSlice, list);
  services.store.set(chosenSlice, line === undefined ? null : keyOf(line));
}

export function currentLine(services: ConsoleServices): PulseLine | undefined {
  const { lines, list } = shownPulse(services);
  return lines[list.cursor];
}
