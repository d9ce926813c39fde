import type postgres from 'postgres';
import type { Actor } from '../model/operator.ts';
import type { Permission, Who } from '../model/permissions.ts';
import { cleanLine } from '../model/text.ts';
import { appendAudit } from '../postgres/audit.ts';
import { lockUpgradeToDecide, type UpgradeToDecide } from '../postgres/decided-upgrade.ts';
import { checkActor } from './check-actor.ts';
import { UpgradeRefused } from './errors.ts';
import type { DecisionServices } from './services.ts';

/** What became of a decision. */
export interface DecisionOutcome {
  readonly upgradeId: string;
  readonly hostname: string;
  readonly status: DecidedStatus;
  /** True if the same operator had decided so before: this time nothing was written. */
  readonly repeated: boolean;
}

/** `pausing`, `cancelling` and `rolling_back`: a worker has the upgrade, and does so at the next step. `pending`: it was approved, and somebody else has to as well. */
export type DecidedStatus =
  'pending' | 'approved' | 'rejected' | 'cancelled' | 'running' | 'pausing' | 'cancelling' | 'rolling_back';

/** One kind of decision. */
export interface UpgradeDecision {
  readonly action: string;
  /** What is done to the upgrade, in a sentence. */
  readonly done: 'approved' | 'rejected' | 'cancelled' | 'paused' | 'resumed' | 'retried' | 'taken back';
  readonly reason: string | null;
  /** What else its audit row says of the upgrade as it is after it. */
  readonly marks?: Readonly<Record<string, boolean>>;
  permission(who: Who, upgrade: UpgradeToDecide): Permission;
  /** What else speaks against it, as one clause. */
  whyNot?(upgrade: UpgradeToDecide): string | null;
  /** What the upgrade is already by such a decision of the same operator; null if there was none. */
  taken(upgrade: UpgradeToDecide): DecidedStatus | null;
  /** Changes the row if its status still allows it, and gives what the upgrade is then; null if it does not. */
  write(sql: postgres.TransactionSql, upgrade: UpgradeToDecide): Promise<DecidedStatus | null>;
}

/** Takes a decision on one upgrade: reads it under a lock, checks, changes it, and appends the audit row, or none of it. */
export function runDecision(
  { scope }: DecisionServices,
  actor: Actor,
  upgradeId: string,
  decision: UpgradeDecision,
): Promise<DecisionOutcome> {
  return scope.transaction(async (sql) => {
    const upgrade = await lockUpgradeToDecide(sql, upgradeId);
    if (upgrade === null) {
      throw new UpgradeRefused('not_found', `There is no upgrade ${cleanLine(upgradeId)} in this organization.`);
    }
    const { id, hostname, routerId } = upgrade;
    const taken = decision.taken(upgrade);
    if (taken !== null) return { upgradeId: id, hostname, status: taken, repeated: true };
    const what = `Upgrade ${id} of ${cleanLine(hostname)} cannot be ${decision.done}`;
    await checkActor(sql, actor, what, (who) => decision.permission(who, upgrade));
    const why = decision.whyNot?.(upgrade) ?? null;
    if (why !== null) throw new UpgradeRefused('conflict', `${what}: ${why}.`);
    const status = await decision.write(sql, upgrade);
    if (status === null) {
      throw new UpgradeRefused('conflict', `${what}: it was changed just now.`);
    }
    const target = { targetType: 'upgrade', targetId: id, routerId, upgradeId: id };
    const before = { status: upgrade.status };
    const { action, reason } = decision;
    await appendAudit(sql, [{ actor, action, ...target, before, after: { status, ...decision.marks }, reason }]);
    return { upgradeId: id, hostname, status, repeated: false };
  });
}
