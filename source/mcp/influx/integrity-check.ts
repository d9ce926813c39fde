import { z } from 'zod';
import { defineTool } from '../tool.ts';
import { windowInput, windowUpTo } from '../window.ts';
import type { InfluxContext } from './context.ts';
import { toWindowFields, windowFields } from './health-fields.ts';

const LONGEST = '24h';

export const integrityCheck = defineTool({
  name: 'integrity_check',
  title: 'Whether the telemetry is in order',
  description:
    "Looks for readings of the organization that cannot be, such as a CPU above 100 percent, and for points without a tag that they must have. Points without an organization are nobody's and not counted here.",
  input: z.strictObject({ window: windowInput(LONGEST, '1h') }),
  output: z.object({
    window: windowFields,
    ok: z.boolean(),
    checked_by: z
      .enum(['readings', 'constraints'])
      .describe('readings: every point was looked at. constraints: the store takes no wrong points.'),
    outside_limits: z.array(
      z.object({
        measurement: z.string(),
        field: z.string(),
        min: z.number().nullable(),
        max: z.number().nullable(),
        points: z.number().int(),
        router_ids: z.array(z.string()).describe('Some of the routers.'),
      }),
    ),
    missing_tags: z.array(z.object({ measurement: z.string(), points: z.number().int() })),
    other_types: z.array(z.string()).describe('Fields of another type than they should have.'),
  }),
  async run({ caller, integrity, now }: InfluxContext, { window: written }) {
    const window = windowUpTo(now(), written, LONGEST);
    const { checkedBy, outside, untagged, otherTypes } = await integrity(caller.organizationId, window);
    return {
      window: toWindowFields(window),
      ok: outside.length === 0 && untagged.length === 0 && otherTypes.length === 0,
      checked_by: checkedBy,
      outside_limits: outside.map(({ routerIds, ...found }) => ({ ...found, router_ids: [...routerIds] })),
      missing_tags: [...untagged],
      other_types: [...otherTypes],
    };
  },
});
