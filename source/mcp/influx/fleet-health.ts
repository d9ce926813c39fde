import { z } from 'zod';
import type { HealthSummary } from '../../model/health.ts';
import { nameInput } from '../inputs.ts';
import { cursorInput, limitInput, makeCursor, nextCursor, readCursor } from '../paging.ts';
import { defineTool } from '../tool.ts';
import { windowInput, windowUpTo } from '../window.ts';
import type { InfluxContext } from './context.ts';
import { healthFields, toHealthFields, toWindowFields, windowFields } from './health-fields.ts';
import { pageWorst } from './worst-first.ts';

const LONGEST = '24h';
const FIGURES = ['cpu', 'memory', 'errors'] as const;

/** The higher the worse; null is last. */
const WORSE: Readonly<Record<(typeof FIGURES)[number], (health: HealthSummary) => number | null>> = {
  cpu: ({ cpuMean }) => cpuMean,
  memory: ({ memoryMinFree }) => (memoryMinFree === null ? null : -memoryMinFree),
  errors: ({ criticalErrors }) => criticalErrors,
};

export const fleetHealth = defineTool({
  name: 'fleet_health',
  title: 'Health of the fleet',
  description:
    'The health of every router that sent something in a window, worst first by mean CPU, least free memory or critical errors, page by page. Silent routers are not in it. Figures may be 20 seconds old.',
  input: z.strictObject({
    worst_by: z.enum(FIGURES).default('cpu'),
    window: windowInput(LONGEST, '2h'),
    limit: limitInput,
    cursor: cursorInput,
  }),
  output: z.object({
    window: windowFields,
    routers_with_data: z.number().int(),
    routers: z.array(z.object({ router_id: z.string(), health: healthFields })),
    next_cursor: nextCursor,
  }),
  async run({ caller, fleet, now }: InfluxContext, { worst_by, window: written, limit, cursor }) {
    const after = readCursor(cursor, z.tuple([z.literal(worst_by), z.number(), nameInput(253, 'place')]));
    const asked = windowUpTo(now(), written, LONGEST);
    const { window, health } = await fleet(caller.organizationId, asked);
    const place = after === null ? null : { worse: after[1], routerId: after[2] };
    const { rows, more } = pageWorst(health, WORSE[worst_by], place, limit);
    const last = rows.at(-1);
    return {
      window: toWindowFields(window),
      routers_with_data: health.size,
      routers: rows.map((row) => ({ router_id: row.routerId, health: toHealthFields(row.health) })),
      next_cursor: more && last !== undefined ? makeCursor([worst_by, last.worse, last.routerId]) : null,
    };
  },
});
