import { z } from 'zod';
import { bestImage } from '../../model/best-image.ts';
import type { Router } from '../../model/router.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import { getImage, imagesForModel } from '../../postgres/images.ts';
import { getPolicies } from '../../postgres/policies.ts';
import { redundancyPeers } from '../../postgres/redundancy-peers.ts';
import { getRouters } from '../../postgres/routers.ts';
import { routerOrRefuse } from '../find-router.ts';
import { routerIdInput } from '../inputs.ts';
import { defineTool } from '../tool.ts';
import { NOTICE } from '../untrusted.ts';
import type { PostgresContext } from './context.ts';
import { MOST_PEERS, routerAnswer } from './router-answer.ts';
import { type PolicyFields, toImageFields, toPolicyFields, toRouterFields } from './router-fields.ts';
import { standingAgainst } from './standing-against.ts';

/** A model with more has its best images among these. */
const MOST_IMAGES = 20;

export const getRouter = defineTool({
  name: 'get_router',
  title: 'One router',
  description:
    'A router with the policy that applies to it, its open upgrade, the images that run on its model (proposed_image_id is the one that it would get), and what else ' +
    'a decision takes: its redundancy peers, blackouts, and failed upgrades of the last seven days. Its health is in the other server: health_summary.',
  input: z.strictObject({
    router_id: routerIdInput,
    image_id: z.uuid().optional().describe('Told in asked_image, whatever model it is for.'),
  }),
  output: routerAnswer,
  async run({ caller, scope, now }: PostgresContext, { router_id, image_id }) {
    const router = await routerOrRefuse(scope, router_id);
    const [peers, images, asked, against] = await Promise.all([
      peersOf(scope, router.id),
      router.modelId === null ? [] : imagesForModel(scope, router.modelId),
      image_id === undefined ? null : getImage(scope, image_id),
      standingAgainst(scope, router, now()),
    ]);
    const policies = await getPolicies(
      scope,
      [router, ...peers].flatMap(({ policyId }) => policyId ?? []),
    );
    const policyOf = ({ policyId }: Router): PolicyFields | null => {
      const policy = policies.get(policyId ?? '');
      return policy === undefined ? null : toPolicyFields(policy);
    };
    const best = bestImage([router], images);
    const others = images.filter((image) => image !== best);
    return {
      organization: caller.organizationSlug,
      router: toRouterFields(router),
      policy: policyOf(router),
      images: [...(best === null ? [] : [best]), ...others].slice(0, MOST_IMAGES).map(toImageFields),
      proposed_image_id: best?.id ?? null,
      asked_image: asked === null ? null : toImageFields(asked),
      peers: peers.slice(0, MOST_PEERS).map((peer) => ({ router: toRouterFields(peer), policy: policyOf(peer) })),
      peers_omitted: Math.max(0, peers.length - MOST_PEERS),
      ...against,
      notice: NOTICE,
    };
  },
});

/** The other routers of a router's redundancy group, by host name. */
async function peersOf(scope: OrganizationScope, routerId: string): Promise<readonly Router[]> {
  const ids = (await redundancyPeers(scope, [routerId])).get(routerId) ?? [];
  const routers = new Map((await getRouters(scope, ids)).map((router) => [router.id, router]));
  return ids.flatMap((id) => routers.get(id) ?? []);
}
