import type { PolicyWithCount } from '../../../model/policy.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';

/** The organization's policies and the shared ones, in rank order; null until they are read. */
export const policiesSlice = defineSlice<readonly PolicyWithCount[] | null>('policies', () => null);
export const policiesListSlice = defineSlice('policies.list', () => LIST_START);

export function currentPolicy({ store }: ConsoleServices): PolicyWithCount | undefined {
  return store.get(policiesSlice)?.[store.get(policiesListSlice).cursor];
}
