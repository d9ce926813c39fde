import type { Policy } from '../../../model/policy.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { policyRoute } from '../routes.ts';

export interface LoadedPolicy {
  readonly policyId: string;
  /** Null until it is read, and if there is none. */
  readonly policy: Policy | null;
  /** Ids of its routers, by host name; null until they are read. */
  readonly routerIds: readonly string[] | null;
  readonly state: 'reading' | 'here' | 'missing';
  /** When it was read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read it failed. */
  readonly failed: boolean;
}

export const noPolicy = (policyId: string): LoadedPolicy => ({
  policyId,
  policy: null,
  routerIds: null,
  state: 'reading',
  readAt: null,
  failed: false,
});

export const policySlice = defineSlice<LoadedPolicy>('policy', () => noPolicy(''));
export const policyListSlice = defineSlice('policy.list', () => LIST_START);

/** The policy that the screen shows, even if a key comes before anything of it was read. */
export function shownPolicy({ store, navigation }: ConsoleServices): LoadedPolicy {
  const loaded = store.get(policySlice);
  const entry = navigation.current();
  const id = entry === undefined ? undefined : policyRoute.params(entry)?.policyId;
  return id === undefined || id === loaded.policyId ? loaded : noPolicy(id);
}
