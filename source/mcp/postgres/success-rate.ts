import { z } from 'zod';
import { pageSuccess } from '../../postgres/mcp-pages.ts';
import { routerOrRefuse } from '../find-router.ts';
import { nameInput, routerIdInput } from '../inputs.ts';
import { cursorInput, limitInput, makeCursor, nextCursor, readCursor } from '../paging.ts';
import { defineTool } from '../tool.ts';
import type { PostgresContext } from './context.ts';

export const successRate = defineTool({
  name: 'success_rate',
  title: 'How often upgrades succeed',
  description:
    'For each router the upgrades that were requested in the last 90 days and the share of them that succeeded, in percent, best first. Those still open count as not yet succeeded. Routers without a request are absent.',
  input: z.strictObject({ router_id: routerIdInput.optional(), limit: limitInput, cursor: cursorInput }),
  output: z.object({
    routers: z.array(
      z.object({
        router_id: z.string(),
        total_upgrades: z.number().int(),
        successful: z.number().int(),
        success_rate: z.number().describe('Percent, 0 to 100.'),
      }),
    ),
    next_cursor: nextCursor,
  }),
  async run({ scope }: PostgresContext, { router_id, limit, cursor }) {
    const after = readCursor(cursor, z.tuple([z.literal('success'), z.number(), nameInput(253, 'place')]));
    const routerId = router_id === undefined ? undefined : (await routerOrRefuse(scope, router_id)).id;
    const place = after === null ? null : { rate: after[1], routerId: after[2] };
    const { rows, more } = await pageSuccess(scope, routerId, place, limit);
    const last = rows.at(-1);
    return {
      routers: [...rows],
      next_cursor: more && last !== undefined ? makeCursor(['success', last.success_rate, last.router_id]) : null,
    };
  },
});
