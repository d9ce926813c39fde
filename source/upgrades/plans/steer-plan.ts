import type postgres from 'postgres';
import type { Actor } from '../../model/operator.ts';
import type { Permission, Who } from '../../model/permissions.ts';
import { canResumePlan, canStopPlan } from '../../model/permissions.ts';
import { cleanLine } from '../../model/text.ts';
import { failuresOf, type UpgradePlan } from '../../model/upgrade-plan.ts';
import { appendAudit } from '../../postgres/audit.ts';
import { acceptPlan, changePlan, lockPlanOfUpgrade } from '../../postgres/upgrade-plans.ts';
import { checkActor } from '../check-actor.ts';
import { checkReason } from '../check-request.ts';
import { UpgradeRefused } from '../errors.ts';
import type { DecisionServices } from '../services.ts';

/**
 * Stops the plan of an upgrade: what has not begun does not begin. Takes a reason.
 * Both throw `UpgradeRefused` (nothing was written) or `DatabaseUnavailable` (try again).
 */
export async function stopPlan(
  services: DecisionServices,
  actor: Actor,
  upgradeId: string,
  reason: string,
): Promise<void> {
  const text = checkReason(reason);
  if (text === null) throw new UpgradeRefused('invalid', 'Stopping a plan needs a reason.');
  await decide(services, actor, upgradeId, { done: 'stopped', permission: canStopPlan }, async (sql, plan) => {
    await changePlan(sql, plan.id, { state: 'stopped', reason: text });
    return { action: 'plan.stop', state: 'stopped', reason: text };
  });
}

/**
 * Lets a plan go on that is stopped, or whose next wave waits for approval: the failures so far, and how the open wave went, are
 * accepted. By somebody else than its requester.
 */
export async function resumePlan(
  services: DecisionServices,
  actor: Actor,
  upgradeId: string,
  reason: string,
): Promise<void> {
  const text = checkReason(reason);
  await decide(services, actor, upgradeId, { done: 'resumed', permission: canResumePlan }, async (sql, plan) => {
    const over = plan.counts.every(({ wave, open }) => wave !== plan.openWave || open === 0);
    const accepted = { failures: failuresOf(plan), wave: plan.openWave, approvedWave: over ? plan.openWave : 0 };
    await acceptPlan(sql, plan.id, accepted);
    return { action: 'plan.resume', state: 'active', reason: text };
  });
}

interface Decided {
  readonly action: string;
  readonly state: string;
  readonly reason: string | null;
}

async function decide(
  { scope }: DecisionServices,
  actor: Actor,
  upgradeId: string,
  { done, permission }: { readonly done: string; readonly permission: (who: Who, plan: UpgradePlan) => Permission },
  write: (sql: postgres.TransactionSql, plan: UpgradePlan) => Promise<Decided>,
): Promise<void> {
  await scope.transaction(async (sql) => {
    const plan = await lockPlanOfUpgrade(sql, upgradeId);
    if (plan === null) {
      throw new UpgradeRefused('not_found', `Upgrade ${cleanLine(upgradeId)} goes in no plan with waves.`);
    }
    await checkActor(sql, actor, `The plan of upgrade ${upgradeId} cannot be ${done}`, (who) => permission(who, plan));
    const { action, state, reason } = await write(sql, plan);
    const before = { state: plan.state };
    await appendAudit(sql, [
      { actor, action, targetType: 'plan', targetId: plan.id, before, after: { state }, reason },
    ]);
  });
}
