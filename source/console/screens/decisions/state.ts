import type { RouterDecision } from '../../../agent/decide.ts';
import { defineSlice } from '../../state/slice.ts';
import { LIST_START } from '../../state/list.ts';
import type { SummaryLine } from './summary.ts';

/** What was decided about many routers at once. */
export interface BulkDecisions {
  /** Tells this question from every other: the routers as they were handed over. */
  readonly routerIds: readonly string[];
  /** Null until they were decided once. */
  readonly decisions: readonly RouterDecision[] | null;
  readonly lines: readonly SummaryLine[];
  /** When, milliseconds since the epoch. */
  readonly at: number | null;
  readonly kept: boolean;
  /** The model that was asked about them; null: none was. */
  readonly model: string | null;
  readonly stopped: boolean;
  /** What went wrong the last time, as one sentence. */
  readonly problem: string | null;
}

export const noDecisions = (routerIds: readonly string[]): BulkDecisions => ({
  routerIds,
  decisions: null,
  lines: [],
  at: null,
  kept: false,
  model: null,
  stopped: false,
  problem: null,
});

export const decisionsSlice = defineSlice<BulkDecisions>('decisions', () => noDecisions([]));
export const decisionsListSlice = defineSlice('decisions.list', () => LIST_START);
export const decidedListSlice = defineSlice('decided.list', () => LIST_START);
