import type postgres from 'postgres';
import { type PlanChange, PLAN_STATES, type PlanRules, type UpgradePlan } from '../model/upgrade-plan.ts';
import { isBigint, oneOf } from './columns.ts';
import type { Database, OrganizationScope } from './database.ts';

interface Row extends Omit<UpgradePlan, 'state'> {
  readonly state: string;
}

/** A plan of a request with waves; its id is the batch of the upgrades. */
export interface NewPlan extends PlanRules {
  readonly id: string;
  readonly waves: number;
  /** Operator id. */
  readonly requestedBy: string;
  /** Of a dry-run, whose upgrades need not wait for each other: it is done from the start, and only kept for the request for real. */
  readonly dryRun?: boolean;
}

export async function insertPlan(sql: postgres.TransactionSql, plan: NewPlan): Promise<void> {
  await sql`
    INSERT INTO upgrade_plans (organization_id, id, waves, pause_minutes, success_rate, stop_after, approve_waves, requested_by,
      state, open_wave)
    VALUES (current_org_id(), ${plan.id}, ${plan.waves}, ${plan.pauseMinutes}, ${plan.successRate}, ${plan.stopAfter},
      ${plan.approveWaves}, ${plan.requestedBy}, ${plan.dryRun === true ? 'done' : 'active'}, ${plan.dryRun === true ? plan.waves : 1})`;
}

/** The plan of an upgrade; null if it goes in none. */
export async function planOfUpgrade(
  { sql }: Pick<OrganizationScope, 'sql'>,
  upgradeId: string,
): Promise<UpgradePlan | null> {
  if (!isBigint(upgradeId)) return null;
  return readPlan(sql, sql`(SELECT u.batch_id FROM upgrades AS u WHERE u.id = ${upgradeId}::bigint)`);
}

/** The plans that are not done, the latest first: at most so many. */
export async function listOpenPlans({ sql }: OrganizationScope, limit: number): Promise<readonly UpgradePlan[]> {
  const rows = await sql<Row[]>`
    SELECT ${columnsOf(sql)} FROM upgrade_plans AS p
    WHERE p.state <> 'done'
    ORDER BY p.created_at DESC, p.id
    LIMIT ${limit}`;
  return rows.map((row) => toPlan(row));
}

/** The plan of an upgrade, which nobody else changes until the transaction ends; null if it goes in none. */
export async function lockPlanOfUpgrade(sql: postgres.TransactionSql, upgradeId: string): Promise<UpgradePlan | null> {
  if (!isBigint(upgradeId)) return null;
  const [row] = await sql<[{ id: string }?]>`
    SELECT id FROM upgrade_plans WHERE id = (SELECT u.batch_id FROM upgrades AS u WHERE u.id = ${upgradeId}::bigint) FOR UPDATE`;
  // Counted after the wait for the lock.
  return row === undefined ? null : readPlan(sql, sql`${row.id}`);
}

/** The same by the plan's id; null also if somebody else has it at the moment. */
export async function tryLockPlan(sql: postgres.TransactionSql, id: string): Promise<UpgradePlan | null> {
  const [row] = await sql`SELECT FROM upgrade_plans WHERE id = ${id} FOR UPDATE SKIP LOCKED`;
  return row === undefined ? null : readPlan(sql, sql`${id}`);
}

/** Why an upgrade must not begin by its plan, which stays as it is until the transaction ends; null if it may. */
export async function whyPlanWaits(sql: postgres.TransactionSql, upgradeId: string): Promise<string | null> {
  const [row] = await sql<[{ state: string; reason: string | null; ahead: boolean }?]>`
    SELECT p.state, p.reason, u.wave > p.open_wave AS ahead
    FROM upgrades AS u JOIN upgrade_plans AS p ON p.organization_id = u.organization_id AND p.id = u.batch_id
    WHERE u.id = ${upgradeId}::bigint
    FOR SHARE OF p`;
  if (row?.state === 'stopped') return row.reason;
  return row?.ahead === true ? 'Its wave is not open yet.' : null;
}

/** Which plans may have to go on, over all organizations. For netup_worker. */
export async function activePlans({
  unscoped,
}: Database): Promise<readonly { readonly organizationId: string; readonly planId: string }[]> {
  return unscoped`SELECT organization_id AS "organizationId", plan_id AS "planId" FROM active_plans()`;
}

/** Changes a plan that is locked. Its upgrades become due, or are no longer due, in the same transaction. */
export async function changePlan(sql: postgres.TransactionSql, id: string, change: PlanChange): Promise<void> {
  const reason = 'reason' in change ? change.reason : null;
  const openWave = 'openWave' in change ? change.openWave : null;
  const overAt = 'waveOverAt' in change ? change.waveOverAt : null;
  await sql`
    UPDATE upgrade_plans
    SET state = ${change.state}, reason = ${reason}, open_wave = coalesce(${openWave}, open_wave),
      wave_over_at = CASE WHEN ${openWave}::int IS NULL THEN coalesce(${overAt}, wave_over_at) END
    WHERE id = ${id}`;
}

/** Lets a plan that is locked go on, with what was found so far accepted. */
export async function acceptPlan(
  sql: postgres.TransactionSql,
  id: string,
  accepted: { readonly failures: number; readonly wave: number; readonly approvedWave: number },
): Promise<void> {
  await sql`
    UPDATE upgrade_plans
    SET state = 'active', reason = NULL, accepted_failures = ${accepted.failures}, accepted_wave = ${accepted.wave},
      approved_wave = greatest(approved_wave, ${accepted.approvedWave})
    WHERE id = ${id}`;
}

async function readPlan(sql: postgres.ISql, id: postgres.Fragment): Promise<UpgradePlan | null> {
  const [row] = await sql<[Row?]>`SELECT ${columnsOf(sql)} FROM upgrade_plans AS p WHERE p.id = ${id}`;
  return row === undefined ? null : toPlan(row);
}

/** What a plan is made of, with how the upgrades of each wave stand. */
function columnsOf(sql: postgres.ISql): postgres.Fragment {
  return sql`
    p.id, p.waves, p.pause_minutes AS "pauseMinutes", p.success_rate AS "successRate", p.stop_after AS "stopAfter",
    p.approve_waves AS "approveWaves", p.state, p.reason, p.open_wave AS "openWave", p.wave_over_at AS "waveOverAt",
    p.accepted_failures AS "acceptedFailures", p.accepted_wave AS "acceptedWave", p.approved_wave AS "approvedWave",
    p.requested_by AS "requestedById", (
      SELECT coalesce(jsonb_agg(to_jsonb(w) ORDER BY w.wave), '[]') FROM (
        SELECT u.wave, count(*) AS total,
          count(*) FILTER (WHERE u.status IN ('draft', 'pending', 'approved', 'scheduled', 'running', 'paused')) AS open,
          count(*) FILTER (WHERE u.status IN ('running', 'paused')) AS begun,
          count(*) FILTER (WHERE u.status = 'success') AS succeeded,
          count(*) FILTER (WHERE u.status IN ('failed', 'rolled_back')) AS failed
        FROM upgrades AS u WHERE u.organization_id = p.organization_id AND u.batch_id = p.id GROUP BY u.wave) AS w) AS counts`;
}

function toPlan(row: Row): UpgradePlan {
  return { ...row, state: oneOf(PLAN_STATES, row.state, 'upgrade_plans.state') };
}
