import { z } from 'zod';
import { CHECK_STATUSES, type Check, type CheckPhase } from '../model/upgrade-run.ts';
import type { OrganizationScope } from './database.ts';

/** A check with the phase that it belongs to. */
export interface RecordedCheck extends Check {
  readonly phase: CheckPhase;
}

const rowsSchema: z.ZodType<readonly RecordedCheck[]> = z.array(
  z.object({
    phase: z.enum(['pre', 'gate', 'post']),
    name: z.string(),
    expected: z.string(),
    actual: z.string(),
    status: z.enum(CHECK_STATUSES),
    action: z.string(),
  }),
);

/** What was checked in the course of an upgrade: before, at the gate, after. */
export async function listUpgradeChecks(
  { sql }: OrganizationScope,
  upgradeId: string,
): Promise<readonly RecordedCheck[]> {
  const rows = await sql`
    SELECT phase, name, expected, actual, status, action FROM upgrade_checks WHERE upgrade_id = ${upgradeId}::bigint
    ORDER BY array_position(ARRAY['pre', 'gate', 'post'], phase), position`;
  return rowsSchema.parse(rows);
}
