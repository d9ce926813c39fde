import type { Policy } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import { LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';

export interface LoadedPolicy {
  readonly policyId: string;
  readonly policy: Policy | null;
  /** Ids of its routers, by host name; null until they are read. */
  readonly routerIds: readonly string[] | null;
}

export const noPolicy = (policyId: string): LoadedPolicy => ({ policyId, policy: null, routerIds: null });

export const policySlice = defineSlice<LoadedPolicy>('policy', () => noPolicy(''));
export const policyListSlice = defineSlice('policy.list', () => LIST_START);
/** Rows that have been read, by router id: those around the ones in sight. */
export const policyRowsSlice = defineSlice<ReadonlyMap<string, Router>>('policy.rows', () => new Map());
