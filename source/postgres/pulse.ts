import type { OrganizationScope } from './database.ts';

/** Upgrades that somebody may have to look at. */
export interface UpgradePulse {
  readonly running: number;
  /** Held at a step until somebody lets them go on. */
  readonly held: number;
  /** Over in the last 24 hours without success; dry-runs do not count. */
  readonly failed: number;
  readonly rolledBack: number;
  readonly pending: number;
  /** Of the pending ones, those that somebody other than this operator requested. */
  readonly pendingOfOthers: number;
}

/** Counts in one query what of the organization's upgrades wants somebody. */
export async function upgradePulse({ sql }: OrganizationScope, operatorId: string): Promise<UpgradePulse> {
  const [row] = await sql<[UpgradePulse]>`
    SELECT count(*) FILTER (WHERE status = 'running')::int AS running,
      count(*) FILTER (WHERE status = 'paused')::int AS held,
      count(*) FILTER (WHERE status = 'failed' AND NOT dry_run)::int AS failed,
      count(*) FILTER (WHERE status = 'rolled_back')::int AS "rolledBack",
      count(*) FILTER (WHERE status = 'pending')::int AS pending,
      count(*) FILTER (WHERE status = 'pending' AND requested_by <> ${operatorId})::int AS "pendingOfOthers"
    FROM upgrades
    WHERE status IN ('running', 'paused', 'pending')
      OR (status IN ('failed', 'rolled_back') AND finished_at > now() - interval '24 hours')`;
  return row;
}
