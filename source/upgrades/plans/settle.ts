import type postgres from 'postgres';
import { nextOfPlan, type PlanChange, type UpgradePlan } from '../../model/upgrade-plan.ts';
import { appendAudit, type AuditEntry } from '../../postgres/audit.ts';
import type { Database } from '../../postgres/database.ts';
import { activePlans, changePlan, lockPlanOfUpgrade, tryLockPlan } from '../../postgres/upgrade-plans.ts';

/**
 * Brings the plan of an upgrade that has just ended to where it has to be: in the same transaction, so that after the failure that stops it
 * nothing more begins. Gives the audit entries, which the caller appends last.
 */
export async function settlePlanOf(
  sql: postgres.TransactionSql,
  upgradeId: string,
  actor: AuditEntry['actor'],
  now: Date,
): Promise<readonly AuditEntry[]> {
  const plan = await lockPlanOfUpgrade(sql, upgradeId);
  return plan === null ? [] : settle(sql, plan, actor, now);
}

/** Looks at every active plan: opens the waves whose pause is over, and sees what people called off. */
export async function settlePlans(database: Database, workerName: string, now: Date): Promise<void> {
  for (const { organizationId, planId } of await activePlans(database)) {
    await database.organization(organizationId).transaction(async (sql) => {
      const plan = await tryLockPlan(sql, planId);
      const actor = { program: workerName, source: 'worker', correlationId: `plan-${planId}` } as const;
      if (plan !== null) await appendAudit(sql, await settle(sql, plan, actor, now));
    });
  }
}

async function settle(
  sql: postgres.TransactionSql,
  found: UpgradePlan,
  actor: AuditEntry['actor'],
  now: Date,
): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  let plan = found;
  for (let change = nextOfPlan(plan, now); change !== null; change = nextOfPlan(plan, now)) {
    await changePlan(sql, plan.id, change);
    entries.push(...entryOf(plan, change, actor));
    plan = changed(plan, change);
  }
  return entries;
}

function changed(plan: UpgradePlan, change: PlanChange): UpgradePlan {
  return 'openWave' in change ? { ...plan, ...change, waveOverAt: null } : { ...plan, ...change };
}

function entryOf({ id, openWave, state }: UpgradePlan, change: PlanChange, actor: AuditEntry['actor']): AuditEntry[] {
  const target = { actor, targetType: 'plan', targetId: id };
  if ('waveOverAt' in change) return [];
  if ('openWave' in change) {
    return [{ ...target, action: 'plan.wave', before: { wave: openWave }, after: { wave: change.openWave } }];
  }
  const action = { done: 'plan.done', stopped: 'plan.stop', waiting: 'plan.wait' }[change.state];
  const reason = 'reason' in change ? change.reason : null;
  return [{ ...target, action, before: { state }, after: { state: change.state }, reason }];
}
