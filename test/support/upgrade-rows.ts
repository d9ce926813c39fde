import type postgres from 'postgres';
import type { StepName, StepStatus, UpgradeStatus } from '../../source/model/upgrade.ts';
import type { Check, CheckPhase } from '../../source/model/upgrade-run.ts';

const WORKER = '6f1a1c52-90e0-4f6a-8f43-4d7c2d8f6a01';

/** Says that a worker is there, for as long as the test lasts. */
export async function putWorker(admin: postgres.Sql, slots = 20, busy = 0): Promise<void> {
  await admin`
    INSERT INTO workers (id, host, pid, program_version, slots, busy, seen_at)
    VALUES (${WORKER}, 'noc-w2', 4711, '0.0.0', ${slots}, ${busy}, now() + interval '1 hour')
    ON CONFLICT (id) DO UPDATE SET slots = excluded.slots, busy = excluded.busy, seen_at = excluded.seen_at`;
}

/** Takes the worker away. */
export async function removeWorker(admin: postgres.Sql): Promise<void> {
  await admin`DELETE FROM workers`;
}

/** Has the worker carry an upgrade out: it runs under a lease. */
export async function beginRow(admin: postgres.Sql, id: string): Promise<void> {
  await admin`UPDATE upgrades SET status = 'running', started_at = now() - interval '5 minutes' WHERE id = ${id}`;
  await admin`
    UPDATE upgrade_queue SET lease_worker = ${WORKER}, lease_epoch = 1, lease_expires_at = now() + interval '1 hour'
    WHERE upgrade_id = ${id}`;
}

/** Changes a step as a worker does; a running one began `seconds` ago, one that is over took so long. */
export async function stepRow(
  admin: postgres.Sql,
  id: string,
  name: StepName,
  status: StepStatus,
  { detail = null, attempt = 1, seconds = 12 }: { detail?: string | null; attempt?: number; seconds?: number } = {},
): Promise<void> {
  const over = status !== 'running' && status !== 'pending';
  await admin`
    UPDATE upgrade_steps SET status = ${status}, detail = ${detail}, attempt = ${attempt},
      started_at = now() - ${seconds} * interval '1 second', finished_at = CASE WHEN ${over} THEN now() END
    WHERE upgrade_id = ${id} AND name = ${name}`;
}

/** Ends or holds an upgrade as a worker does. */
export async function endRow(
  admin: postgres.Sql,
  id: string,
  status: UpgradeStatus,
  outcome: string | null,
): Promise<void> {
  await admin`
    UPDATE upgrades SET status = ${status}, outcome = ${outcome}, wanted = NULL,
      finished_at = CASE WHEN ${status !== 'paused'} THEN now() END
    WHERE id = ${id}`;
}

/** Adds the step that takes the device back. */
export async function addRollbackRow(admin: postgres.Sql, id: string): Promise<void> {
  await admin`
    INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name)
    SELECT organization_id, id, 13, 'rollback' FROM upgrades WHERE id = ${id}`;
}

/** Writes checks of a phase. */
export async function checkRows(
  admin: postgres.Sql,
  id: string,
  phase: CheckPhase,
  checks: readonly Check[],
): Promise<void> {
  const [row] = await admin<[{ organization: string }]>`
    SELECT organization_id AS organization FROM upgrades WHERE id = ${id}`;
  const rows = checks.map((check, position) => ({
    organization_id: row.organization,
    upgrade_id: id,
    phase,
    position,
    ...check,
  }));
  await admin`INSERT INTO upgrade_checks ${admin(rows)}`;
}
