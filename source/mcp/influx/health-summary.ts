import { z } from 'zod';
import { COVERAGE_STEPS } from '../../model/gate-rules.ts';
import { routerOrRefuse } from '../find-router.ts';
import { routerIdInput, timeInput } from '../inputs.ts';
import { defineTool } from '../tool.ts';
import { windowInput, windowUpTo } from '../window.ts';
import type { InfluxContext } from './context.ts';
import { healthAnswer } from './health-answer.ts';
import { toHealthFields, toWindowFields } from './health-fields.ts';

const LONGEST = '7d';

export const healthSummary = defineTool({
  name: 'health_summary',
  title: 'Health of a router',
  description:
    'CPU, memory and critical errors of a router over a window: what upgrades are decided by, with 2h. A figure that is null is missing and never counts as good.',
  input: z.strictObject({
    router_id: routerIdInput,
    window: windowInput(LONGEST, '2h'),
    until: timeInput('End of the window; left out: now').optional(),
  }),
  output: healthAnswer,
  async run({ caller, scope, telemetry, now }: InfluxContext, { router_id, window: written, until }) {
    const window = windowUpTo(until === undefined ? now() : new Date(until), written, LONGEST);
    const router = await routerOrRefuse(scope, router_id);
    const [health, covered] = await Promise.all([
      telemetry.health(caller.organizationId, router.id, window),
      telemetry.coverage(caller.organizationId, [router.id], window, COVERAGE_STEPS),
    ]);
    return {
      organization: caller.organizationSlug,
      router_id: router.id,
      window: toWindowFields(window),
      has_data: health !== null,
      health: toHealthFields(health),
      steps: COVERAGE_STEPS,
      steps_covered: covered.get(router.id) ?? 0,
    };
  },
});
