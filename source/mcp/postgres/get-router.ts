import { z } from 'zod';
import { bestImage } from '../../model/best-image.ts';
import { imagesForModel } from '../../postgres/images.ts';
import { getPolicy } from '../../postgres/policies.ts';
import { routerOrRefuse } from '../find-router.ts';
import { routerIdInput } from '../inputs.ts';
import { defineTool } from '../tool.ts';
import { NOTICE, notice } from '../untrusted.ts';
import type { PostgresContext } from './context.ts';
import {
  imageFields,
  policyFields,
  routerFields,
  toImageFields,
  toPolicyFields,
  toRouterFields,
} from './router-fields.ts';

/** A model with more has its best images among these. */
const MOST_IMAGES = 20;

export const getRouter = defineTool({
  name: 'get_router',
  title: 'One router',
  description:
    'A router with the policy that applies to it, its open upgrade, and the images that run on its model; proposed_image_id is the one that it would get. ' +
    'Its health is in the other server: health_summary.',
  input: z.strictObject({ router_id: routerIdInput }),
  output: z.object({
    router: routerFields,
    policy: policyFields.nullable(),
    images: z.array(imageFields),
    proposed_image_id: z.string().nullable(),
    notice,
  }),
  async run({ scope }: PostgresContext, { router_id }) {
    const router = await routerOrRefuse(scope, router_id);
    const [policy, images] = await Promise.all([
      router.policyId === null ? null : getPolicy(scope, router.policyId),
      router.modelId === null ? [] : imagesForModel(scope, router.modelId),
    ]);
    const best = bestImage([router], images);
    const others = images.filter((image) => image !== best);
    return {
      router: toRouterFields(router),
      policy: policy === null ? null : toPolicyFields(policy),
      images: [...(best === null ? [] : [best]), ...others].slice(0, MOST_IMAGES).map(toImageFields),
      proposed_image_id: best?.id ?? null,
      notice: NOTICE,
    };
  },
});
