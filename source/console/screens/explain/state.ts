import type { PolicyCandidate } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import type { ConsoleServices } from '../../services.ts';
import { LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';
import { explainRoute } from '../routes.ts';

export interface Explained {
  readonly routerId: string;
  /** Null until it is read, and if there is none. */
  readonly router: Router | null;
  /** In rank order; null until they are read. */
  readonly candidates: readonly PolicyCandidate[] | null;
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read them failed. */
  readonly failed: boolean;
}

export const notExplained = (routerId: string): Explained => ({
  routerId,
  router: null,
  candidates: null,
  readAt: null,
  failed: false,
});

export const explainedSlice = defineSlice<Explained>('explain', () => notExplained(''));
export const explainedListSlice = defineSlice('explain.list', () => LIST_START);

/** What the screen shows, even if a key comes before anything of it was read. */
export function shownExplained({ store, navigation }: ConsoleServices): Explained {
  const explained = store.get(explainedSlice);
  const entry = navigation.current();
  const id = entry === undefined ? undefined : explainRoute.params(entry)?.routerId;
  return id === undefined || id === explained.routerId ? explained : notExplained(id);
}

export function currentCandidate(services: ConsoleServices): PolicyCandidate | undefined {
  return shownExplained(services).candidates?.[services.store.get(explainedListSlice).cursor];
}
