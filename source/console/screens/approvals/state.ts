import type { Who } from '../../../model/permissions.ts';
import type { ApprovalInbox } from '../../../postgres/approval-inbox.ts';
import type { ConsoleServices } from '../../services.ts';
import { follow, LIST_START, type ListState } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { idOf, type InboxRow, inboxRows, type InboxView } from './rows.ts';

export const inboxSlice = defineSlice<{
  /** Null until it is read. */
  readonly inbox: ApprovalInbox | null;
  /** When it was read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read it failed. */
  readonly failed: boolean;
}>('approvals', () => ({ inbox: null, readAt: null, failed: false }));

export const inboxViewSlice = defineSlice<InboxView>('approvals.view', () => 'mine');
export const inboxListSlice = defineSlice<ListState>('approvals.list', () => LIST_START);
/** Ids of the marked upgrades. */
export const inboxMarksSlice = defineSlice<ReadonlySet<string>>('approvals.marks', () => new Set());

/** Many decisions under way. */
export interface Deciding {
  /** `Approving`. */
  readonly verb: string;
  readonly done: number;
  readonly total: number;
  /** Has no further one begun. */
  readonly stop: () => void;
}

/** Null while there are none. */
export const decidingSlice = defineSlice<Deciding | null>('approvals.deciding', () => null);

/** More are not read; the note says how many there are. */
export const MOST_UPGRADES = 1000;
export const MOST_PLANS = 100;

/** Lines above the rows: the views, the note, the head. */
const HEAD_LINES = 3;
const DETAIL_LINES = 9;
const FEWEST_ROWS = 6;

/** Lines that the chosen one is told in, below the list. */
export function detailHeight(rows: number): number {
  const spare = rows - HEAD_LINES - FEWEST_ROWS;
  return Math.max(0, Math.min(spare, Math.max(DETAIL_LINES, Math.floor(rows / 2))));
}

export interface ShownInbox {
  readonly rows: readonly InboxRow[];
  readonly list: ListState;
  /** Rows that fit. */
  readonly height: number;
}

export function shownInbox(services: ConsoleServices): ShownInbox {
  const { store, body } = services;
  const { rows } = body();
  return {
    rows: rowsIn(services, store.get(inboxViewSlice)),
    list: store.get(inboxListSlice),
    height: Math.max(1, rows - HEAD_LINES - detailHeight(rows)),
  };
}

const views = new WeakMap<readonly InboxRow[], Record<InboxView, readonly InboxRow[]>>();

export function rowsIn(services: ConsoleServices, view: InboxView): readonly InboxRow[] {
  const { inbox } = services.store.get(inboxSlice);
  if (inbox === null) return NOTHING;
  const all = inboxRows(inbox, whoActs(services));
  const found = views.get(all) ?? {
    mine: all.filter(({ whyNot }) => whyNot === null),
    others: all.filter(({ whyNot }) => whyNot !== null),
  };
  views.set(all, found);
  return found[view];
}

const NOTHING: readonly InboxRow[] = [];

function whoActs({ context, membership }: ConsoleServices): Who {
  return { operator: context.operator, role: membership().role };
}

export function currentRow(services: ConsoleServices): InboxRow | undefined {
  const { rows, list } = shownInbox(services);
  return rows[list.cursor];
}

/** The marked upgrades that the view shows, in their order. */
export function markedUpgrades(services: ConsoleServices): readonly (InboxRow & { kind: 'upgrade' })[] {
  const marks = services.store.get(inboxMarksSlice);
  return shownInbox(services).rows.flatMap((row) => (row.kind === 'upgrade' && marks.has(idOf(row)) ? [row] : []));
}

/** Takes in what was read: stays on the same row, and takes the marks from what does not wait any more. */
export function setInbox(services: ConsoleServices, inbox: ApprovalInbox): void {
  const { store, context } = services;
  const before = currentRow(services);
  store.set(inboxSlice, { inbox, readAt: context.now().getTime(), failed: false });
  const { rows, list, height } = shownInbox(services);
  const position = before === undefined ? -1 : rows.findIndex((row) => idOf(row) === idOf(before));
  store.set(inboxListSlice, follow(list, position < 0 ? list.cursor : position, rows.length, height));
  const ids = new Set(inbox.upgrades.map(({ id }) => id));
  store.update(inboxMarksSlice, (marks) =>
    [...marks].every((id) => ids.has(id)) ? marks : new Set([...marks].filter((id) => ids.has(id))),
  );
}
