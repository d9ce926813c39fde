import type { RouterDecision } from '../../../agent/decide.ts';
import type { MadeDecision } from '../../../model/agent.ts';
import { getRouters } from '../../../postgres/routers.ts';
import { decideHere, type DecidingOutcome } from '../../loaders/deciding.ts';
import type { ConsoleServices } from '../../services.ts';
import { targetImageId } from './load.ts';
import { currentRecord, routerMadeSlice } from './state.ts';

/** Decides about the router that is shown, for its target version, and shows the decision with what a model says of it. */
export async function decideRouter(services: ConsoleServices): Promise<void> {
  const { routerId, router } = currentRecord(services);
  if (router === null) return;
  const outcome = await decideHere(services, {
    requests: async () => {
      const scope = services.scope();
      const [newest] = await getRouters(scope, [router.id]);
      return newest === undefined ? [] : [{ routerId: newest.id, imageId: await targetImageId(scope, newest) }];
    },
    forTheRecord: true,
    of: null,
  });
  const [decision] = outcome?.decisions ?? [];
  if (outcome === null || decision === undefined) return;
  const made = madeHere(services, outcome, decision, 0);
  services.store.update(routerMadeSlice, (shown) =>
    shown.routerId === routerId ? { ...shown, made, readAt: outcome.at.getTime(), failed: false } : shown,
  );
}

/** A decision of this console, as it is shown before it is read. */
export function madeHere(
  { context }: ConsoleServices,
  { ids, at }: DecidingOutcome,
  decision: RouterDecision,
  index: number,
): MadeDecision {
  const { verdict, gates, advice, policy, image, upgradeId } = decision;
  return {
    id: ids[index] ?? null,
    decidedAt: at,
    verdict,
    gates,
    advice,
    policy,
    toVersion: image?.version ?? null,
    by: context.operator.name,
    source: 'console',
    upgradeId,
  };
}
