import type postgres from 'postgres';
import { whyVoid } from '../../model/approval.ts';
import { whyTooLateToBegin } from '../../model/resolve-schedule.ts';
import type { UpgradeStatus } from '../../model/upgrade.ts';
import { readApprovalRules } from '../../postgres/approval-rules.ts';
import { approvalsOf, lockApprovalSubject } from '../../postgres/approvals.ts';
import { lockUpgradeToBegin, type UpgradeToBegin } from '../../postgres/upgrade-to-begin.ts';
import { whyPlanWaits } from '../../postgres/upgrade-plans.ts';
import { holdLease } from '../../postgres/upgrade-queue.ts';
import { beginUpgrade } from '../../postgres/upgrade-run-writes.ts';
import { type NotBegun, type Recorder, recordNotBegun, recordTaken } from './record.ts';

/**
 * Makes an upgrade that this worker was given a running one; false if it is not to be run. What changed since somebody asked for it is
 * looked at here once more, before its device hears of it: it is then held or called off, with a sentence that says why.
 */
export function begin(recorder: Recorder, now: Date): Promise<boolean> {
  const { scope, lease } = recorder;
  return scope.transaction(async (sql) => {
    // Before the lease: whoever cancels it locks the upgrade and then its place in the queue, and neither may wait for the other.
    const upgrade = await lockUpgradeToBegin(sql, lease.upgradeId);
    await holdLease(sql, lease);
    if (upgrade === null) return false;
    if (!BEGINNABLE.has(upgrade.status)) return false;
    // Stopped, or not come to its wave yet: the queue forgets it when it is let go, until the plan goes on.
    if (upgrade.status !== 'running' && (await whyPlanWaits(sql, upgrade.id)) !== null) return false;
    // A dry-run is not bound to the time that was chosen for the upgrade for real, nor to an approval.
    const judged = upgrade.begun || upgrade.dryRun;
    const obstacle = judged ? null : (whyLate(upgrade, now) ?? (await whyNotApproved(sql, upgrade, now)));
    if (obstacle !== null) {
      await recordNotBegun(sql, recorder, upgrade, obstacle);
      return false;
    }
    if (!(await beginUpgrade(sql, upgrade.id))) return false;
    await recordTaken(sql, recorder, upgrade.routerId);
    return true;
  });
}

const BEGINNABLE: ReadonlySet<UpgradeStatus> = new Set(['approved', 'scheduled', 'running']);

function whyLate({ status, schedule, wave }: UpgradeToBegin, now: Date): NotBegun | null {
  // Whoever resumed one whose time has passed wants it to begin, and in a plan the time is that of the first wave; a window is a promise to others.
  if ((status === 'running' || wave > 1) && schedule.kind === 'at') return null;
  const late = whyTooLateToBegin(schedule, now);
  return late === null ? null : { status: 'paused', why: `It was not begun: ${late}.` };
}

/** An approval is of one thing and for a time. What it is void for is called off: somebody has to judge it anew. */
async function whyNotApproved(
  sql: postgres.TransactionSql,
  { id, schedule, approvedAt }: UpgradeToBegin,
  now: Date,
): Promise<NotBegun | null> {
  if (approvedAt === null) return null;
  const start = schedule.kind === 'now' ? approvedAt : schedule.kind === 'at' ? schedule.at : schedule.opensAt;
  const { expiresHours } = await readApprovalRules(sql);
  const since = start > approvedAt ? start : approvedAt;
  const why = whyVoid(await approvalsOf(sql, id), await lockApprovalSubject(sql, id), { since, now, expiresHours });
  return why === null ? null : { status: 'cancelled', why: `It was not begun. ${why}` };
}
