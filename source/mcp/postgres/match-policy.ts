import { z } from 'zod';
import { explainPolicy } from '../../postgres/explain-policy.ts';
import { routerOrRefuse } from '../find-router.ts';
import { routerIdInput } from '../inputs.ts';
import { MOST_ROWS } from '../paging.ts';
import { defineTool } from '../tool.ts';
import { NOTICE, notice, untrusted, untrustedText } from '../untrusted.ts';
import type { PostgresContext } from './context.ts';
import { policyFields, toPolicyFields } from './router-fields.ts';

const OUTCOMES = ['override', 'wins', 'outranked', 'mismatch', 'inactive'] as const;

export const matchPolicy = defineTool({
  name: 'match_policy',
  title: 'Which policy applies',
  description:
    'The policy that applies to a router, and for every other one why it does not. Nothing in vendor, model or site matches any; an override comes first.',
  input: z.strictObject({ router_id: routerIdInput }),
  output: z.object({
    router_id: z.string(),
    policy_id: z.string().nullable().describe('The one that applies; null if none does.'),
    candidates: z.array(z.object({ policy: policyFields, outcome: z.enum(OUTCOMES), reason: untrustedText })),
    omitted: z.number().int().describe('How many candidates of lower rank were left out.'),
    notice,
  }),
  async run({ scope }: PostgresContext, { router_id }) {
    const router = await routerOrRefuse(scope, router_id);
    const candidates = await explainPolicy(scope, router.id);
    return {
      router_id: router.id,
      policy_id: router.policyId,
      candidates: candidates.slice(0, MOST_ROWS).map(({ policy, outcome, reason }) => ({
        policy: toPolicyFields(policy),
        outcome,
        reason: untrusted(reason),
      })),
      omitted: Math.max(0, candidates.length - MOST_ROWS),
      notice: NOTICE,
    };
  },
});
