import { z } from 'zod';
import { pageReady } from '../../postgres/mcp-pages.ts';
import { nameInput } from '../inputs.ts';
import { cursorInput, limitInput, makeCursor, nextCursor, readCursor } from '../paging.ts';
import { defineTool } from '../tool.ts';
import { NOTICE, notice } from '../untrusted.ts';
import type { PostgresContext } from './context.ts';

export const readyForUpgrade = defineTool({
  name: 'ready_for_upgrade',
  title: 'Routers with an upgrade to come',
  description:
    'Active routers that do not run their target version, with the limits that hold for them. Their health is not judged here: ask health_summary of the other server.',
  input: z.strictObject({ limit: limitInput, cursor: cursorInput }),
  output: z.object({
    routers: z.array(
      z.object({
        router_id: z.string(),
        hostname: z.string(),
        current_ver: z.string(),
        target_ver: z.string(),
        policy_id: z.string().nullable(),
        max_cpu_percent: z.number().nullable(),
        min_free_mem_percent: z.number().nullable(),
      }),
    ),
    next_cursor: nextCursor,
    notice,
  }),
  async run({ scope }: PostgresContext, { limit, cursor }) {
    const after = readCursor(cursor, z.tuple([z.literal('ready'), nameInput(253, 'place')]));
    const { rows, more } = await pageReady(scope, after?.[1] ?? null, limit);
    return {
      routers: rows.map(({ id, ...row }) => ({ router_id: id, ...row })),
      next_cursor: more ? makeCursor(['ready', rows.at(-1)?.hostname]) : null,
      notice: NOTICE,
    };
  },
});
