import { z } from 'zod';
import { routerOrRefuse } from '../find-router.ts';
import { routerIdInput } from '../inputs.ts';
import { defineTool } from '../tool.ts';
import { windowInput, windowUpTo } from '../window.ts';
import type { InfluxContext } from './context.ts';
import { healthFields, toHealthFields, toWindowFields, windowFields } from './health-fields.ts';

const LONGEST = '7d';

export const healthSummary = defineTool({
  name: 'health_summary',
  title: 'Health of a router',
  description:
    'CPU, memory and critical errors of a router over a window: what upgrades are decided by, with 2h. A figure that is null is missing and never counts as good.',
  input: z.strictObject({ router_id: routerIdInput, window: windowInput(LONGEST, '2h') }),
  output: z.object({
    router_id: z.string(),
    window: windowFields,
    has_data: z.boolean().describe('False if the router sent nothing in the window.'),
    health: healthFields,
  }),
  async run({ caller, scope, telemetry, now }: InfluxContext, { router_id, window: written }) {
    const window = windowUpTo(now(), written, LONGEST);
    const router = await routerOrRefuse(scope, router_id);
    const health = await telemetry.health(caller.organizationId, router.id, window);
    return {
      router_id: router.id,
      window: toWindowFields(window),
      has_data: health !== null,
      health: toHealthFields(health),
    };
  },
});
