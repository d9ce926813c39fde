import { type AuditFilter, parseAuditFilter } from '../../../model/audit-filter.ts';
import type { AuditRow, ChainState } from '../../../postgres/audit-tail.ts';
import type { ConsoleServices } from '../../services.ts';
import { follow, LIST_START, type ListState } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { NO_TEXT, type TextState } from '../../state/text-state.ts';

export interface LoadedAudit {
  /** Newest first; null until they are read. */
  readonly rows: readonly AuditRow[] | null;
  readonly chain: ChainState | null;
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read them failed. */
  readonly failed: boolean;
}

export interface AuditFilterState {
  readonly open: boolean;
  readonly text: TextState;
  /** What is wrong with the text; the last good filter is in force then. */
  readonly fault: string | null;
  readonly filter: AuditFilter;
}

export const auditSlice = defineSlice<LoadedAudit>('audit', () => ({
  rows: null,
  chain: null,
  readAt: null,
  failed: false,
}));
export const auditFilterSlice = defineSlice<AuditFilterState>('audit.filter', () => ({
  open: false,
  text: NO_TEXT,
  fault: null,
  filter: {},
}));
export const auditListSlice = defineSlice<ListState>('audit.list', () => LIST_START);

/** The newest so many are shown; the command line exports all. */
export const MOST_ROWS = 1000;

/** Lines above the rows: the chain, the filter, the head. */
export const HEAD_LINES = 3;
const FEWEST_ROWS = 6;

/** Lines that the chosen row is told in, below the list. */
export function detailHeight(rows: number): number {
  return Math.max(0, Math.min(rows - HEAD_LINES - FEWEST_ROWS, Math.max(8, Math.floor(rows / 3))));
}

export function auditHeight(services: ConsoleServices): number {
  const { rows } = services.body();
  return Math.max(1, rows - HEAD_LINES - detailHeight(rows));
}

export function currentAudit({ store }: ConsoleServices): AuditRow | undefined {
  return store.get(auditSlice).rows?.[store.get(auditListSlice).cursor];
}

/** Takes in what was read. Who looks at the newest row goes on looking at the newest; who chose another stays on it. */
export function setAudit(services: ConsoleServices, rows: readonly AuditRow[], chain: ChainState): void {
  const { store, context } = services;
  const before = currentAudit(services);
  const list = store.get(auditListSlice);
  store.set(auditSlice, { rows, chain, readAt: context.now().getTime(), failed: false });
  const position = list.cursor === 0 ? 0 : rows.findIndex(({ id }) => id === before?.id);
  store.set(auditListSlice, follow(list, position < 0 ? list.cursor : position, rows.length, auditHeight(services)));
}

/** Takes a new text; while it is no filter the last good one stays in force and the fault is shown. */
export function setFilterText({ store, context }: ConsoleServices, text: TextState): void {
  const before = store.get(auditFilterSlice);
  const parsed = parseAuditFilter(text.value, context.now());
  if (text.value !== before.text.value) store.set(auditListSlice, LIST_START);
  store.set(
    auditFilterSlice,
    parsed.ok ? { ...before, text, fault: null, filter: parsed.filter } : { ...before, text, fault: parsed.fault },
  );
}
