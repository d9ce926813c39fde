import { z } from 'zod';
import { routerOrRefuse } from '../find-router.ts';
import { nameInput, routerIdInput } from '../inputs.ts';
import { cursorInput, limitInput, makeCursor, nextCursor, readCursor } from '../paging.ts';
import { defineTool } from '../tool.ts';
import { windowInput, windowUpTo } from '../window.ts';
import type { FleetSnapshot, InfluxContext } from './context.ts';
import { toWindowFields, windowFields } from './health-fields.ts';
import { pageWorst } from './worst-first.ts';

const LONGEST = '24h';

export const criticalErrors = defineTool({
  name: 'critical_errors',
  title: 'Critical errors',
  description:
    'The routers that reported critical errors in a window, most errors first; or of one router how many. A router whose errors nobody counted is absent, which is not the same as none.',
  input: z.strictObject({
    router_id: routerIdInput.optional(),
    window: windowInput(LONGEST, '2h'),
    limit: limitInput,
    cursor: cursorInput,
  }),
  output: z.object({
    window: windowFields,
    total: z.number().describe('Critical errors of all routers that were looked at.'),
    routers_with_data: z.number().int().describe('How many of the routers looked at had their errors counted.'),
    routers_not_counted: z
      .number()
      .int()
      .describe('How many sent other figures alone, as where nobody reads their log: their errors are not known.'),
    routers: z.array(z.object({ router_id: z.string(), critical_errors: z.number() })),
    next_cursor: nextCursor,
  }),
  async run(context: InfluxContext, { router_id, window: written, limit, cursor }) {
    const after = readCursor(cursor, z.tuple([z.literal('errors'), z.number(), nameInput(253, 'place')]));
    const { window, health } = await snapshotOf(context, router_id, written);
    const place = after === null ? null : { worse: after[1], routerId: after[2] };
    const counted = [...health].filter(([, one]) => one.criticalErrors !== null);
    const failing = new Map(counted.filter(([, one]) => (one.criticalErrors ?? 0) > 0));
    const { rows, more } = pageWorst(failing, (one) => one.criticalErrors, place, limit);
    const last = rows.at(-1);
    return {
      window: toWindowFields(window),
      total: [...failing.values()].reduce((sum, one) => sum + (one.criticalErrors ?? 0), 0),
      routers_with_data: counted.length,
      routers_not_counted: health.size - counted.length,
      routers: rows.map(({ routerId, worse }) => ({ router_id: routerId, critical_errors: worse })),
      next_cursor: more && last !== undefined ? makeCursor(['errors', last.worse, last.routerId]) : null,
    };
  },
});

async function snapshotOf(
  { caller, scope, telemetry, fleet, now }: InfluxContext,
  routerId: string | undefined,
  written: string,
): Promise<FleetSnapshot> {
  const window = windowUpTo(now(), written, LONGEST);
  if (routerId === undefined) return fleet(caller.organizationId, window);
  const router = await routerOrRefuse(scope, routerId);
  const health = await telemetry.health(caller.organizationId, router.id, window);
  return { window, health: new Map(health === null ? [] : [[router.id, health]]) };
}
