import { z } from 'zod';
import { getRouters } from '../../postgres/routers.ts';
import { nameInput } from '../inputs.ts';
import { Refusal } from '../refusal.ts';
import { defineTool } from '../tool.ts';
import { windowInput, windowUpTo } from '../window.ts';
import type { InfluxContext } from './context.ts';
import { toWindowFields, windowFields } from './health-fields.ts';

const LONGEST = '7d';
const MOST_ROUTERS = 10;
const MOST_STEPS = 240;

export const series = defineTool({
  name: 'series',
  title: 'A figure over time',
  description:
    'CPU in use (percent, means), free memory (percent, means) or critical errors (sums) of up to ten routers, in equal steps of time, oldest first. null: no reading in that step.',
  input: z.strictObject({
    router_ids: z.array(nameInput(128, 'Id of a router.')).min(1).max(MOST_ROUTERS),
    name: z.enum(['cpu', 'memory', 'errors']),
    window: windowInput(LONGEST, '2h'),
    steps: z.number().int().min(2).max(MOST_STEPS).default(60),
  }),
  output: z.object({
    name: z.enum(['cpu', 'memory', 'errors']),
    window: windowFields,
    series: z.array(
      z.object({
        router_id: z.string(),
        start: z.string().describe('When the first step begins.'),
        step_seconds: z.number(),
        values: z.array(z.number().nullable()),
      }),
    ),
    without_data: z.array(z.string()).describe('Routers that sent nothing of it in the window.'),
  }),
  async run({ caller, scope, telemetry, now }: InfluxContext, { router_ids, name, window: written, steps }) {
    const window = windowUpTo(now(), written, LONGEST);
    const ids = [...new Set(router_ids)];
    const known = new Set((await getRouters(scope, ids)).map(({ id }) => id));
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0) {
      throw new Refusal(`There is no router with the id ${unknown.join(', ')}: look ids up with list_routers.`);
    }
    const found = await telemetry.series(caller.organizationId, ids, name, window, steps);
    return {
      name,
      window: toWindowFields(window),
      series: [...found].map(([routerId, { start, stepMs, values }]) => ({
        router_id: routerId,
        start: new Date(start).toISOString(),
        step_seconds: stepMs / 1000,
        values: values.map((value) => (value === null ? null : Math.round(value * 100) / 100)),
      })),
      without_data: ids.filter((id) => !found.has(id)),
    };
  },
});
