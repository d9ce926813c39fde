import type { SiteOverview } from '../../../postgres/site-overview.ts';
import type { ConsoleServices } from '../../services.ts';
import { follow, LIST_START } from '../../state/list.ts';
import { defineSlice } from '../../state/slice.ts';

export interface LoadedSites {
  /** By name; null until they are read. */
  readonly sites: readonly SiteOverview[] | null;
  /** When they were read, milliseconds since the epoch; null before the first time. */
  readonly readAt: number | null;
  /** True while the last attempt to read them failed. */
  readonly failed: boolean;
}

export const sitesSlice = defineSlice<LoadedSites>('sites', () => ({ sites: null, readAt: null, failed: false }));
export const sitesListSlice = defineSlice('sites.list', () => LIST_START);

/** Lines above the rows: the note, the head. */
const HEAD_LINES = 2;

/** Rows that fit. */
export function sitesInSight(services: ConsoleServices): number {
  return services.body().rows - HEAD_LINES;
}

export function currentSite({ store }: ConsoleServices): SiteOverview | undefined {
  return store.get(sitesSlice).sites?.[store.get(sitesListSlice).cursor];
}

/** Takes in what was read and stays on the same site. */
export function setSites(services: ConsoleServices, sites: readonly SiteOverview[]): void {
  const { store, context } = services;
  const before = currentSite(services);
  store.set(sitesSlice, { sites, readAt: context.now().getTime(), failed: false });
  const position = sites.findIndex(({ name }) => name === before?.name);
  store.update(sitesListSlice, (list) =>
    follow(list, position < 0 ? list.cursor : position, sites.length, sitesInSight(services)),
  );
}
