import { withBestImages } from '../../../agent/best-images.ts';
import { getRouters } from '../../../postgres/routers.ts';
import { messageOf } from '../../commands/run-command.ts';
import { decideHere } from '../../loaders/deciding.ts';
import type { ConsoleServices } from '../../services.ts';
import { moveTo } from '../../state/list.ts';
import { decisionsRoute } from '../routes.ts';
import { type BulkDecisions, decisionsListSlice, decisionsSlice, noDecisions } from './state.ts';
import { summarize } from './summary.ts';

/** The question of the screen: which routers, and what they are called together. */
function shownQuestion({ navigation }: ConsoleServices): {
  readonly routerIds: readonly string[];
  readonly of: string;
} {
  const entry = navigation.current();
  const params = entry === undefined ? null : decisionsRoute.params(entry);
  return params ?? { routerIds: [], of: '' };
}

/** What the screen shows, even if a key comes before anything of it was decided. */
export function shownDecisions(services: ConsoleServices): BulkDecisions {
  const { routerIds } = shownQuestion(services);
  const shown = services.store.get(decisionsSlice);
  return shown.routerIds === routerIds ? shown : noDecisions(routerIds);
}

/**
 * Decides about all routers of the screen. What was decided before stays until then; of routers that are gone there is no decision. Never
 * rejects: what went wrong is shown.
 */
export async function decideAll(services: ConsoleServices, forTheRecord: boolean): Promise<void> {
  const { store, context } = services;
  const { routerIds, of } = shownQuestion(services);
  const change = (to: Partial<BulkDecisions>): void =>
    store.update(decisionsSlice, (shown) => (shown.routerIds === routerIds ? { ...shown, ...to } : shown));
  change({ problem: null, stopped: false });
  try {
    const outcome = await decideHere(services, {
      requests: async () => {
        const scope = services.scope();
        return withBestImages(scope, await getRouters(scope, routerIds));
      },
      forTheRecord,
      of,
    });
    if (outcome === null) {
      change({ stopped: true });
      return;
    }
    const { decisions, ids, at, model } = outcome;
    const lines = summarize(decisions);
    change({ decisions, lines, at: at.getTime(), kept: ids.length > 0, model });
    store.update(decisionsListSlice, (list) => moveTo(list, list.cursor, lines.length, lines.length));
  } catch (error) {
    context.log.warn('console: the routers cannot be decided about', { err: error });
    change({ problem: `They cannot be decided about: ${messageOf(error)}` });
  }
}
