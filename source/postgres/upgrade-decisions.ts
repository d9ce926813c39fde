import type postgres from 'postgres';
import { UPGRADE_STATUSES, type UpgradeStatus } from '../model/upgrade.ts';
import { isBigint, oneOf } from './columns.ts';

/** An upgrade's row, locked until the transaction ends, to decide on. */
export interface LockedUpgrade {
  readonly id: string;
  readonly routerId: string;
  readonly hostname: string;
  readonly status: UpgradeStatus;
  readonly requestedById: string;
}

/** Locks an upgrade; null if there is none with this id. */
export async function lockUpgrade(sql: postgres.TransactionSql, id: string): Promise<LockedUpgrade | null> {
  if (!isBigint(id)) return null;
  const [row] = await sql<[LockedUpgrade?]>`
    SELECT u.id::text, u.router_id AS "routerId", r.hostname, u.status, u.requested_by AS "requestedById"
    FROM upgrades AS u JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    WHERE u.id = ${id}::bigint
    FOR UPDATE OF u`;
  return row === undefined ? null : { ...row, status: oneOf(UPGRADE_STATUSES, row.status, 'upgrades.status') };
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
