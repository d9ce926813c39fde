import { z } from 'zod';
import { ROUTER_STATUSES } from '../../model/router.ts';
import { pageRouters } from '../../postgres/mcp-pages.ts';
import { nameInput } from '../inputs.ts';
import { cursorInput, limitInput, makeCursor, nextCursor, readCursor } from '../paging.ts';
import { defineTool } from '../tool.ts';
import { NOTICE, notice } from '../untrusted.ts';
import type { PostgresContext } from './context.ts';
import { routerFields, toRouterFields } from './router-fields.ts';

export const listRouters = defineTool({
  name: 'list_routers',
  title: 'Routers',
  description: 'The routers of the organization by host name, page by page, all or those that the filters fit.',
  input: z.strictObject({
    hostname_prefix: nameInput(253, 'How the host name begins.').optional(),
    site: nameInput(32, 'Name of the site.').optional(),
    vendor: nameInput(100, 'Name of the vendor.').optional(),
    model: nameInput(100, 'Name of the model.').optional(),
    status: z.enum(ROUTER_STATUSES).optional(),
    current_ver: nameInput(128, 'The version that they run, exactly.').optional(),
    limit: limitInput,
    cursor: cursorInput,
  }),
  output: z.object({ routers: z.array(routerFields), next_cursor: nextCursor, notice }),
  async run({ scope }: PostgresContext, { hostname_prefix, current_ver, limit, cursor, ...filter }) {
    const after = readCursor(cursor, z.tuple([z.literal('routers'), nameInput(253, 'place')]));
    const wanted = { ...filter, hostname: hostname_prefix, runningVersion: current_ver };
    const { rows, more } = await pageRouters(scope, wanted, after?.[1] ?? null, limit);
    return {
      routers: rows.map(toRouterFields),
      next_cursor: more ? makeCursor(['routers', rows.at(-1)?.hostname]) : null,
      notice: NOTICE,
    };
  },
});
