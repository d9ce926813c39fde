import { z } from 'zod';

/** A name that is looked up: any text without control characters, which no name of ours has. */
export function nameInput(longest: number, what: string): z.ZodString {
  return z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\u0000-\u001f\u007f]+$/u, 'must be one line of text')
    .describe(what);
}

export const routerIdInput = nameInput(253, 'Id of the router, or its host name.');

export const upgradeIdInput = z
  .string()
  .regex(/^\d{1,18}$/u, 'must be the number of an upgrade')
  .describe('Number of the upgrade.');

/** ISO 8601 with its zone. */
export function timeInput(what: string): z.ZodISODateTime {
  return z.iso.datetime({ offset: true }).describe(`${what}, such as 2026-12-01T02:00:00Z.`);
}
