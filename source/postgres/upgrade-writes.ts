import type postgres from 'postgres';
import type { Gate, Verdict } from '../model/gate.ts';
import type { AuditSource } from '../model/operator.ts';
import type { Schedule } from '../model/schedule.ts';
import { UPGRADE_STEPS, type UpgradeStatus, type UpgradeWant } from '../model/upgrade.ts';

/** An upgrade to be requested. It becomes `pending`. */
export interface NewUpgrade {
  readonly routerId: string;
  readonly imageId: string;
  readonly policyId: string | null;
  readonly policyVersion: number | null;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly schedule: Schedule;
  readonly verdict: Verdict;
  readonly gates: readonly Gate[];
  readonly changeReference: string | null;
  /** Common to all upgrades of one confirmation. */
  readonly batchId: string;
  /** With the router's id: the same pair is never inserted twice. */
  readonly idempotencyKey: string;
  /** Operator id. */
  readonly requestedBy: string;
  /** True: it changes nothing on the device. */
  readonly dryRun?: boolean;
  /** Of its plan; 1 if left out. */
  readonly wave?: number;
  /** Left out: not known, and then the agent never approves it. */
  readonly requestedVia?: AuditSource;
}

/**
 * What became of a row. `repeated`: this router has an upgrade with this idempotency key already, which is `id`. `open`: the
 * router has another upgrade that is not over, which is `id`. Nothing was written in either case.
 */
export interface InsertOutcome {
  readonly kind: 'inserted' | 'repeated' | 'open';
  readonly id: string;
}

/** Inserts upgrades, in one statement; the outcome of each by router id. Another transaction's row for the same router is waited for. */
export async function insertUpgrades(
  sql: postgres.TransactionSql,
  rows: readonly NewUpgrade[],
): Promise<ReadonlyMap<string, InsertOutcome>> {
  const values = rows.map((row) => ({
    router_id: row.routerId,
    image_id: row.imageId,
    policy_id: row.policyId,
    policy_version: row.policyVersion,
    from_ver: row.fromVersion,
    to_ver: row.toVersion,
    ...scheduleColumns(row.schedule),
    decision: row.verdict,
    gates: row.gates.map((gate) => ({ ...gate })),
    change_reference: row.changeReference,
    batch_id: row.batchId,
    idempotency_key: row.idempotencyKey,
    requested_by: row.requestedBy,
    wave: row.wave ?? 1,
    dry_run: row.dryRun === true,
    requested_via: row.requestedVia ?? null,
  }));
  const inserted = await sql<{ id: string; router_id: string }[]>`
    INSERT INTO upgrades (organization_id, router_id, image_id, policy_id, policy_version, from_ver, to_ver, schedule_kind,
      scheduled_at, window_ends_at, decision, gates, change_reference, batch_id, idempotency_key, requested_by, wave, dry_run,
      requested_via)
    SELECT current_org_id(), n.*
    FROM jsonb_to_recordset(${sql.json(values)}) AS n (router_id text, image_id uuid, policy_id bigint, policy_version integer,
      from_ver text, to_ver text, schedule_kind text, scheduled_at timestamptz, window_ends_at timestamptz, decision text,
      gates jsonb, change_reference text, batch_id uuid, idempotency_key uuid, requested_by uuid, wave integer, dry_run boolean,
      requested_via text)
    ORDER BY n.router_id
    ON CONFLICT DO NOTHING
    RETURNING id::text, router_id`;
  const outcomes = new Map<string, InsertOutcome>(
    inserted.map(({ id, router_id }) => [router_id, { kind: 'inserted', id }]),
  );
  const rest = rows.filter(({ routerId }) => !outcomes.has(routerId));
  for (const [routerId, outcome] of await findConflicts(sql, rest)) outcomes.set(routerId, outcome);
  return outcomes;
}

/** Inserts one upgrade; see `insertUpgrades`. */
export async function insertUpgrade(sql: postgres.TransactionSql, row: NewUpgrade): Promise<InsertOutcome> {
  const outcome = (await insertUpgrades(sql, [row])).get(row.routerId);
  if (outcome === undefined) throw new Error('An upgrade was neither inserted nor found.');
  return outcome;
}

async function findConflicts(
  sql: postgres.TransactionSql,
  rows: readonly NewUpgrade[],
): Promise<ReadonlyMap<string, InsertOutcome>> {
  const outcomes = new Map<string, InsertOutcome>();
  if (rows.length === 0) return outcomes;
  const found = await sql<{ id: string; router_id: string; repeated: boolean }[]>`
    SELECT u.id::text, u.router_id, u.idempotency_key = n.key AS repeated
    FROM unnest(${rows.map(({ routerId }) => routerId)}::text[], ${rows.map(({ idempotencyKey }) => idempotencyKey)}::uuid[])
      AS n (router_id, key)
    JOIN upgrades AS u ON u.router_id = n.router_id
      AND (u.idempotency_key = n.key OR u.status IN ('draft', 'pending', 'approved', 'scheduled', 'running', 'paused'))
    ORDER BY repeated`;
  // A repetition comes last and counts more.
  for (const { id, router_id, repeated } of found) {
    outcomes.set(router_id, { kind: repeated ? 'repeated' : 'open', id });
  }
  return outcomes;
}

function scheduleColumns(schedule: Schedule): Record<string, Date | string | null> {
  const columns = { schedule_kind: schedule.kind, scheduled_at: null, window_ends_at: null };
  if (schedule.kind === 'at') return { ...columns, scheduled_at: schedule.at };
  if (schedule.kind === 'window')
    return { ...columns, scheduled_at: schedule.opensAt, window_ends_at: schedule.closesAt };
  return columns;
}

/** Inserts every step of these upgrades, pending. */
export async function insertSteps(sql: postgres.TransactionSql, upgradeIds: readonly string[]): Promise<void> {
  await sql`
    INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name)
    SELECT current_org_id(), u.id, s.position, s.name
    FROM unnest(${[...upgradeIds]}::bigint[]) AS u (id)
    CROSS JOIN unnest(${[...UPGRADE_STEPS]}::text[]) WITH ORDINALITY AS s (name, position)`;
}

/** Lets dry-runs begin: nobody has to approve what changes nothing. */
export async function beginDryRuns(sql: postgres.TransactionSql, upgradeIds: readonly string[]): Promise<void> {
  await sql`UPDATE upgrades SET status = 'scheduled' WHERE id = ANY (${[...upgradeIds]}::bigint[]) AND dry_run`;
}

/** Approves an upgrade that is pending and not the approver's own; false if it is not so, and then nothing is written. */
export async function approveUpgradeRow(
  sql: postgres.TransactionSql,
  approval: { readonly upgradeId: string; readonly operatorId: string },
): Promise<boolean> {
  const rows = await sql`
    UPDATE upgrades SET status = 'approved', approved_by = ${approval.operatorId}, approved_at = now()
    WHERE id = ${approval.upgradeId}::bigint AND status = 'pending' AND requested_by <> ${approval.operatorId}
    RETURNING id`;
  return rows.length === 1;
}

/** Rejects or cancels an upgrade that has one of the statuses `from`; false if it has not, and then nothing is written. */
export async function closeUpgradeRow(
  sql: postgres.TransactionSql,
  closing: {
    readonly upgradeId: string;
    readonly status: 'rejected' | 'cancelled';
    readonly from: readonly UpgradeStatus[];
    readonly operatorId: string;
    readonly reason: string | null;
  },
): Promise<boolean> {
  const rows = await sql`
    UPDATE upgrades SET status = ${closing.status}, closed_by = ${closing.operatorId}, closed_at = now(),
      close_reason = ${closing.reason}
    WHERE id = ${closing.upgradeId}::bigint AND status = ANY (${[...closing.from]}::text[])
    RETURNING id`;
  return rows.length === 1;
}

/** Asks the worker that has a running upgrade to stop at the next step; false if it does not run, and then nothing is written. */
export async function wantOfUpgrade(
  sql: postgres.TransactionSql,
  upgradeId: string,
  wanted: UpgradeWant,
): Promise<boolean> {
  const rows = await sql`
    UPDATE upgrades SET wanted = ${wanted} WHERE id = ${upgradeId}::bigint AND status = 'running' RETURNING id`;
  return rows.length === 1;
}

/**
 * Asks the worker that has a running upgrade to take its device back; false if it does not run, or the new software is being kept for good already, and then
 * nothing is written. Whoever begins to keep it waits for this transaction, and so sees what was asked.
 */
export async function wantRollback(sql: postgres.TransactionSql, upgradeId: string): Promise<boolean> {
  const [commit] = await sql<[{ attempt: number }?]>`
    SELECT attempt FROM upgrade_steps WHERE upgrade_id = ${upgradeId}::bigint AND name = 'commit' FOR UPDATE`;
  return commit?.attempt === 0 && wantOfUpgrade(sql, upgradeId, 'rollback');
}

/** Lets an upgrade that is held, or that failed, go on; false if it is neither, and then nothing is written. */
export async function resumeUpgradeRow(
  sql: postgres.TransactionSql,
  upgradeId: string,
  from: 'paused' | 'failed',
): Promise<boolean> {
  const rows = await sql`
    UPDATE upgrades SET status = 'running', wanted = NULL, outcome = NULL, finished_at = NULL
    WHERE id = ${upgradeId}::bigint AND status = ${from}
    RETURNING id`;
  return rows.length === 1;
}

/**
 * Makes the step that failed, and those after it that were not begun, pending again. After an activation that failed, the steps from the copy on are too: what it
 * had put in place was taken back, and on some platforms the image with it.
 */
export async function reopenSteps(sql: postgres.TransactionSql, upgradeId: string): Promise<void> {
  await sql`
    UPDATE upgrade_steps SET status = 'pending', started_at = NULL, finished_at = NULL, detail = NULL
    WHERE upgrade_id = ${upgradeId}::bigint AND (status = 'failed' OR (status = 'skipped' AND started_at IS NULL)
      OR position >= (SELECT copy.position FROM upgrade_steps AS copy JOIN upgrade_steps AS activation USING (upgrade_id, organization_id)
        WHERE copy.upgrade_id = ${upgradeId}::bigint AND copy.name = 'stage_image'
          AND activation.name = 'activate' AND activation.status = 'failed'))`;
}

/** Has the gates judged once more if they were already, unless the device may have been told to go down. */
export async function reopenGate(sql: postgres.TransactionSql, upgradeId: string): Promise<void> {
  await sql`
    UPDATE upgrade_steps AS t SET status = 'pending', started_at = NULL, finished_at = NULL, detail = NULL
    WHERE t.upgrade_id = ${upgradeId}::bigint AND t.name = 'preflight_gate' AND t.status = 'success'
      AND NOT EXISTS (SELECT FROM upgrade_steps AS a WHERE a.organization_id = t.organization_id
        AND a.upgrade_id = t.upgrade_id AND a.name = 'activate' AND a.intent IS NOT NULL)`;
}
