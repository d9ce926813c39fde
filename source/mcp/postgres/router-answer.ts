import { z } from 'zod';
import { notice, untrustedText } from '../untrusted.ts';
import { imageFields, policyFields, routerFields } from './router-fields.ts';

/** A redundancy group has two routers as a rule. */
export const MOST_PEERS = 50;

/** What `get_router` answers. Nothing that a gate needs is left out without a count of it. */
export const routerAnswer = z.object({
  organization: z.string().describe('Short name of the organization that was asked.'),
  router: routerFields,
  policy: policyFields.nullable(),
  images: z.array(imageFields),
  proposed_image_id: z.string().nullable(),
  asked_image: imageFields.nullable().describe('The image of image_id; null if none was named, or there is none.'),
  peers: z
    .array(z.object({ router: routerFields, policy: policyFields.nullable() }))
    .describe('The other routers of its redundancy group that are not retired.'),
  peers_omitted: z.number().int(),
  blackouts: z
    .array(
      z.object({
        blackout_id: z.string(),
        site: z.string().nullable().describe('null: everywhere'),
        from: z.string(),
        to: z.string().describe('The first instant that is free again.'),
        reason: untrustedText,
        created_by: z.string(),
      }),
    )
    .describe('Times at its site in which no upgrade begins, and which are not over.'),
  blackouts_omitted: z.number().int(),
  recent_failures: z
    .array(z.object({ upgrade_id: z.string(), status: z.enum(['failed', 'rolled_back']), at: z.string() }))
    .describe('Its upgrades of the last seven days that failed or were rolled back, newest first.'),
  recent_failures_omitted: z.number().int(),
  notice,
});

export type RouterAnswer = z.infer<typeof routerAnswer>;
