import { z } from 'zod';
import { type StepName, UPGRADE_STEPS } from '../model/upgrade.ts';
import type { OrganizationScope } from './database.ts';

/** How far an upgrade is. */
export interface UpgradeProgress {
  /** The step that runs, that failed, or that is next; null if none is left. */
  readonly step: StepName | null;
  /** Of that step, from 1; and of how many, not counting the one that takes it back. */
  readonly position: number;
  readonly steps: number;
  /** Part of all steps that is done, as telemetry tells it too. */
  readonly percent: number;
}

const rowsSchema = z.array(
  z.object({
    id: z.string(),
    step: z.enum([...UPGRADE_STEPS, 'rollback']).nullable(),
    position: z.number().nullable(),
    steps: z.number(),
    percent: z.number(),
  }),
);

/** How far these upgrades are, by id: where one runs that step, otherwise the one that failed, otherwise the next. */
export async function progressOfUpgrades(
  { sql }: OrganizationScope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, UpgradeProgress>> {
  if (ids.length === 0) return new Map();
  const rows = await sql`
    SELECT upgrade_id::text AS id, count(*) FILTER (WHERE name <> 'rollback')::int AS steps,
      (array_agg(name ORDER BY rank, position) FILTER (WHERE rank < 4))[1] AS step,
      (array_agg(position ORDER BY rank, position) FILTER (WHERE rank < 4))[1] AS position,
      round(100.0 * count(*) FILTER (WHERE status IN ('success', 'skipped')) / count(*))::int AS percent
    FROM (
      SELECT upgrade_id, name, position, status,
        CASE status WHEN 'running' THEN 1 WHEN 'failed' THEN 2 WHEN 'pending' THEN 3 ELSE 4 END AS rank
      FROM upgrade_steps WHERE upgrade_id = ANY (${[...ids]}::bigint[])
    ) AS ranked
    GROUP BY upgrade_id`;
  return new Map(
    rowsSchema
      .parse(rows)
      .map(({ id, position, ...far }) => [id, { ...far, position: position ?? far.steps }] as const),
  );
}
