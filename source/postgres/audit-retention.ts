import type postgres from 'postgres';
import { UserError } from '../config/user-error.ts';
import { auditFaultText } from '../model/audit-chain.ts';
import { appendAudit } from './audit.ts';
import { type MonthEnd, monthEnds, type OldMonth, oldMonths } from './audit-old-months.ts';
import { RETAIN_ACTION } from './audit-start.ts';
import { type AuditProof, verifyAudit } from './audit-verify.ts';
import { becomeOwner } from './become-owner.ts';
import type { Database } from './database.ts';

/** Nobody can append while a month is taken out: behind a long reader it gives up, so that nobody waits for longer. */
const LOCK_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 600_000;
/** SQLSTATE of a lock that was not to be had in time. */
const LOCK_NOT_AVAILABLE = '55P03';

export interface RetentionOptions {
  /** Whole months to keep besides the current one. */
  readonly keep: number;
  /** Checks everything, and removes nothing. */
  readonly dryRun: boolean;
  readonly proofOf: (organizationId: string) => AuditProof;
  /** Told of each month when it is gone; with `dryRun`, would be. */
  readonly onMonth: (month: RemovedMonth) => void;
}

export interface RemovedMonth {
  /** `2026-01` */
  readonly month: string;
  readonly organizations: readonly { readonly slug: string; readonly rows: number; readonly until: string }[];
}

interface PlannedMonth extends OldMonth {
  readonly ends: readonly MonthEnd[];
}

/**
 * Removes the months of the audit trail that are older than those to keep, oldest first, each in one transaction with a row in the trail
 * of every organization that loses rows. `admin` logs in as the database's administrator, who may become `netup_owner`. Throws a
 * `UserError`, with nothing removed, if a trail does not verify, or what would go is not all vouched for by a signed checkpoint.
 */
export async function retainAudit(admin: Database, options: RetentionOptions): Promise<void> {
  const months = await asOwner(admin, async (sql) => {
    const planned: PlannedMonth[] = [];
    for (const month of await oldMonths(sql, options.keep)) {
      planned.push({ ...month, ends: await monthEnds(sql, month.partition) });
    }
    return planned;
  });
  await assertRemovable(admin, months, options.proofOf);
  for (const month of months) {
    if (!options.dryRun) await remove(admin, month);
    options.onMonth({
      month: month.month,
      organizations: month.ends.map(({ slug, rows, until }) => ({ slug, rows, until })),
    });
  }
}

async function assertRemovable(
  admin: Database,
  months: readonly PlannedMonth[],
  proofOf: RetentionOptions['proofOf'],
): Promise<void> {
  // Of each organization the last row that would go.
  const last = new Map(months.flatMap(({ month, ends }) => ends.map((end) => [end.organizationId, { ...end, month }])));
  for (const [organizationId, { slug, until, month }] of last) {
    const { fault, signedUntil } = await verifyAudit(admin.organization(organizationId), proofOf(organizationId));
    if (fault !== null) throw new UserError(`${slug}: ${auditFaultText(fault)}. Nothing was removed.`);
    if (signedUntil === null || BigInt(signedUntil) < BigInt(until)) {
      throw new UserError(
        `${slug}: no signed checkpoint vouches for row ${until}, the last of ${month}; a running \`netup-tui worker\` makes them. Nothing was removed.`,
      );
    }
  }
}

async function remove(admin: Database, { month, partition, ends }: PlannedMonth): Promise<void> {
  try {
    await asOwner(admin, async (sql) => {
      await sql`SELECT set_config('lock_timeout', ${String(LOCK_TIMEOUT_MS)}, true)`;
      // The order of whoever asks for an upgrade: upgrades, the end of a chain, the trail. In another order two could wait for each other.
      await sql`LOCK TABLE upgrades IN SHARE ROW EXCLUSIVE MODE`;
      for (const end of ends) await appendRemoval(sql, month, end);
      await sql`LOCK TABLE audit_events IN ACCESS EXCLUSIVE MODE`;
      if (JSON.stringify(await monthEnds(sql, partition)) !== JSON.stringify(ends)) {
        throw new UserError(`${month} has changed since it was verified, so it was not removed: run it again.`);
      }
      await sql`ALTER TABLE audit_events DETACH PARTITION ${sql(partition)}`;
      await sql`DROP TABLE ${sql(partition)}`;
    });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE)) throw error;
    throw new UserError(`The audit trail was in use for too long, so ${month} was not removed: run it again.`, {
      cause: error,
    });
  }
}

/** The row that `audit verify` looks for: where the removed rows ended. */
async function appendRemoval(sql: postgres.TransactionSql, month: string, end: MonthEnd): Promise<void> {
  const { organizationId, first, until, hash, rows } = end;
  await sql`SELECT set_config('app.current_org_id', ${organizationId}, true)`;
  await appendAudit(sql, [
    {
      actor: null,
      action: RETAIN_ACTION,
      targetType: 'audit',
      targetId: month,
      before: { first_seq: first, until_seq: until, until_hash: hash, rows },
      after: { first_seq: String(BigInt(until) + 1n) },
    },
  ]);
}

function asOwner<T>(admin: Database, work: (sql: postgres.TransactionSql) => Promise<T>): Promise<T> {
  return admin.transaction(
    async (sql) => {
      await becomeOwner(sql);
      return work(sql);
    },
    { statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  );
}
