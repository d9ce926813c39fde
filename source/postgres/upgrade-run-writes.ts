import type postgres from 'postgres';
import type { StepName, StepStatus, UpgradeStatus } from '../model/upgrade.ts';
import type { Check, CheckPhase } from '../model/upgrade-run.ts';
import { auditAppending, type AuditEntry } from './audit.ts';
import type { OrganizationScope } from './database.ts';
import { type Claim, heedingLease, holdLease, withLease } from './upgrade-queue.ts';

/** A transaction of the worker that has the upgrade, and of no other: rejects with `LeaseLost` if it has it no more. */
export function leasedTransaction<T>(
  scope: OrganizationScope,
  claim: Claim,
  work: (sql: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  return scope.transaction(async (sql) => {
    await holdLease(sql, claim);
    return work(sql);
  });
}

/** Makes an approved upgrade a running one; false if it is neither, as when it was cancelled meanwhile. */
export async function beginUpgrade(sql: postgres.TransactionSql, upgradeId: string): Promise<boolean> {
  const rows = await sql`
    UPDATE upgrades SET status = 'running', started_at = coalesce(started_at, now()), outcome = NULL
    WHERE id = ${upgradeId}::bigint AND status IN ('approved', 'scheduled', 'running')
    RETURNING id`;
  return rows.length === 1;
}

/** Ends an upgrade that runs, or holds it, with one sentence on why; null for a success. */
export async function endUpgrade(
  sql: postgres.TransactionSql,
  upgradeId: string,
  status: Extract<UpgradeStatus, 'success' | 'failed' | 'rolled_back' | 'cancelled' | 'paused'>,
  outcome: string | null,
): Promise<void> {
  await sql`
    UPDATE upgrades SET status = ${status}, outcome = ${outcome}, wanted = NULL,
      finished_at = CASE WHEN ${status === 'paused'} THEN NULL ELSE now() END
    WHERE id = ${upgradeId}::bigint`;
}

/**
 * Begins a step, once more if it was begun before; gives which attempt this is. Needs no transaction around it: it holds the lease itself, and
 * rejects with `LeaseLost`.
 */
export async function beginStep(sql: postgres.ISql, claim: Claim, name: StepName): Promise<number> {
  const [row] = await heedingLease(
    claim,
    sql<[{ attempt: number }?]>`
      ${withLease(sql, claim)}
      UPDATE upgrade_steps SET status = 'running', attempt = attempt + 1, started_at = now(), finished_at = NULL, detail = NULL
      FROM held WHERE upgrade_id = ${claim.upgradeId}::bigint AND name = ${name}
      RETURNING attempt`,
  );
  if (row === undefined) throw new Error(`Upgrade ${claim.upgradeId} has no step ${name}.`);
  return row.attempt;
}

/** Notes what is about to be sent, before it is. Holds the lease itself, as {@link beginStep}. */
export async function writeIntent(
  sql: postgres.ISql,
  claim: Claim,
  name: StepName,
  intent: postgres.JSONValue,
): Promise<void> {
  await heedingLease(
    claim,
    sql`
      ${withLease(sql, claim)}
      UPDATE upgrade_steps SET intent = ${sql.json(intent)}
      FROM held WHERE upgrade_id = ${claim.upgradeId}::bigint AND name = ${name}`,
  );
}

/**
 * Ends a step that is done, with its audit row, and with the version that its router runs if it was read from it. One statement and no transaction
 * around it: all steps of an organization wait for the end of its audit trail, so no answer to us may pass while it is locked. Rejects with `LeaseLost`.
 */
export async function finishStep(
  sql: postgres.ISql,
  claim: Claim,
  name: StepName,
  end: StepEnding,
  {
    running,
    audit,
  }: { readonly running: { readonly routerId: string; readonly version: string } | null; readonly audit: AuditEntry },
): Promise<void> {
  const moved =
    running === null
      ? sql``
      : sql`, moved AS (
          UPDATE routers SET current_ver = ${running.version} FROM ended
          WHERE id = ${running.routerId} AND current_ver IS DISTINCT FROM ${running.version}
        )`;
  const rows = await heedingLease(
    claim,
    sql`
      ${withLease(sql, claim)}, ended AS (${endingStep(sql, claim, name, end)} RETURNING name)${moved}
      SELECT ${auditAppending(sql, [audit])} FROM ended`,
  );
  if (rows.length !== 1) throw new Error(`Upgrade ${claim.upgradeId} has no step ${name}.`);
}

/**
 * Ends a step in a transaction that does more. As the first statement of it, it holds the lease itself, and rejects with `LeaseLost`.
 */
export async function endStep(
  sql: postgres.TransactionSql,
  claim: Claim,
  name: StepName,
  end: StepEnding,
): Promise<void> {
  await heedingLease(claim, sql`${withLease(sql, claim)} ${endingStep(sql, claim, name, end)}`);
}

/** `detail` is one sentence for people; `evidence` is for the steps after it. */
interface StepEnding {
  readonly status: StepStatus;
  readonly detail: string;
  readonly evidence?: postgres.JSONValue | undefined;
}

function endingStep(
  sql: postgres.ISql,
  { upgradeId }: Claim,
  name: StepName,
  { status, detail, evidence }: StepEnding,
): postgres.Fragment {
  const found = evidence === undefined ? sql`evidence` : sql`${sql.json(evidence)}`;
  return sql`
    UPDATE upgrade_steps SET status = ${status}, finished_at = now(), detail = ${detail}, evidence = ${found}
    FROM held WHERE upgrade_id = ${upgradeId}::bigint AND name = ${name}`;
}

/** Whether somebody asked for the device to be taken back, as it is in the database now. */
export async function wantsRollback(sql: postgres.ISql, upgradeId: string): Promise<boolean> {
  const rows = await sql`SELECT id FROM upgrades WHERE id = ${upgradeId}::bigint AND wanted = 'rollback'`;
  return rows.length === 1;
}

/** Gives a step back, to be begun again. */
export async function returnStep(
  sql: postgres.TransactionSql,
  upgradeId: string,
  name: StepName,
  why: string,
): Promise<void> {
  await sql`
    UPDATE upgrade_steps SET status = 'pending', detail = ${why} WHERE upgrade_id = ${upgradeId}::bigint AND name = ${name}`;
}

/** Marks the steps that will not be begun any more. */
export async function skipPendingSteps(sql: postgres.TransactionSql, upgradeId: string): Promise<void> {
  await sql`
    UPDATE upgrade_steps SET status = 'skipped' WHERE upgrade_id = ${upgradeId}::bigint AND status = 'pending'`;
}

/** The same with what each of them would have done, as one sentence. */
export async function skipStepsWith(
  sql: postgres.TransactionSql,
  upgradeId: string,
  steps: readonly { readonly name: StepName; readonly detail: string }[],
): Promise<void> {
  await sql`
    UPDATE upgrade_steps AS t SET status = 'skipped', detail = n.detail
    FROM jsonb_to_recordset(${sql.json(steps.map((step) => ({ ...step })))}) AS n (name text, detail text)
    WHERE t.upgrade_id = ${upgradeId}::bigint AND t.name = n.name AND t.status = 'pending'`;
}

/** Adds the step that takes an upgrade back, after all others; harmless if it is there. */
export async function addRollback(sql: postgres.TransactionSql, upgradeId: string): Promise<void> {
  await sql`
    INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name)
    SELECT organization_id, upgrade_id, max(position) + 1, 'rollback' FROM upgrade_steps
    WHERE upgrade_id = ${upgradeId}::bigint
    GROUP BY organization_id, upgrade_id
    ON CONFLICT DO NOTHING`;
}

/** Replaces the checks of a phase. Holds the lease itself, as {@link beginStep}. */
export async function writeChecks(
  sql: postgres.ISql,
  claim: Claim,
  phase: CheckPhase,
  checks: readonly Check[],
): Promise<void> {
  const { upgradeId } = claim;
  const rows = checks.map((check, position) => ({ ...check, position }));
  // What is inserted comes after all that is deleted: it asks how much that was.
  await heedingLease(
    claim,
    sql`
      ${withLease(sql, claim)}, gone AS (
        DELETE FROM upgrade_checks USING held WHERE upgrade_id = ${upgradeId}::bigint AND phase = ${phase} RETURNING 1
      )
      INSERT INTO upgrade_checks (organization_id, upgrade_id, phase, position, name, expected, actual, status, action)
      SELECT current_org_id(), ${upgradeId}::bigint, ${phase}, c.*
      FROM held, (SELECT count(*) AS number FROM gone) AS before, jsonb_to_recordset(${sql.json(rows)})
        AS c (position integer, name text, expected text, actual text, status text, action text)
      WHERE before.number >= 0`,
  );
}
