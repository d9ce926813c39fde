import { z } from 'zod';
import { type StepName, UPGRADE_STEPS } from '../model/upgrade.ts';
import type { OrganizationScope } from './database.ts';

const rowsSchema = z.array(z.object({ name: z.enum([...UPGRADE_STEPS, 'rollback']), evidence: z.unknown() }));

/** What the steps of an upgrade found out, as JSON, by their names; only of those that found something. */
export async function readStepEvidence(
  { sql }: OrganizationScope,
  upgradeId: string,
): Promise<ReadonlyMap<StepName, unknown>> {
  const rows = await sql`
    SELECT name, evidence FROM upgrade_steps
    WHERE upgrade_id = ${upgradeId}::bigint AND evidence IS NOT NULL
    ORDER BY position`;
  return new Map(rowsSchema.parse(rows).map(({ name, evidence }) => [name, evidence] as const));
}

/** Which configurations of its device were kept, and when; not what is in them. */
export async function listKeptConfigurations(
  { sql }: OrganizationScope,
  upgradeId: string,
): Promise<readonly { readonly moment: string; readonly takenAt: Date }[]> {
  return sql<{ moment: string; takenAt: Date }[]>`
    SELECT moment, taken_at AS "takenAt" FROM config_backups
    WHERE upgrade_id = ${upgradeId}::bigint ORDER BY taken_at`;
}
