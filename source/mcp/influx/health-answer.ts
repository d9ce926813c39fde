import { z } from 'zod';
import { healthFields, windowFields } from './health-fields.ts';

/** What `health_summary` answers. */
export const healthAnswer = z.object({
  organization: z.string().describe('Short name of the organization that was asked.'),
  router_id: z.string(),
  window: windowFields,
  has_data: z.boolean().describe('False if the router sent nothing in the window.'),
  health: healthFields,
  steps: z.number().int().describe('Equal steps that the window is cut into.'),
  steps_covered: z.number().int().describe('In how many of them there is a reading.'),
});
