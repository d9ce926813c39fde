import type { Actor } from '../model/operator.ts';
import { canApprove, canBreakGlass, canCancel, canReject } from '../model/permissions.ts';
import { whyTooLate } from '../model/resolve-schedule.ts';
import { cleanLine } from '../model/text.ts';
import { addApproval } from '../postgres/approvals.ts';
import { readApprovalRules } from '../postgres/approval-rules.ts';
import type { UpgradeToDecide } from '../postgres/decided-upgrade.ts';
import { approveUpgradeRow, closeUpgradeRow, wantOfUpgrade } from '../postgres/upgrade-writes.ts';
import { checkReason } from './check-request.ts';
import { type DecisionOutcome, runDecision, type UpgradeDecision } from './run-decision.ts';
import { UpgradeRefused } from './errors.ts';
import type { DecisionServices } from './services.ts';

/**
 * Approves a pending upgrade that somebody else requested; the audit row is in the same transaction. Refused if the router does
 * not run the version any more that it was judged on, is not active, or the time to start has passed. Of two approvals, or
 * an approval and a cancellation, at once, one is carried out. The same approver again changes nothing. Where the organization wants two
 * approvers, it stays pending until the second.
 *
 * All of these throw `UpgradeRefused` (nothing was written) or `DatabaseUnavailable` (try again).
 */
export function approveUpgrade(services: DecisionServices, actor: Actor, upgradeId: string): Promise<DecisionOutcome> {
  const operatorId = actor.operator.id;
  return runDecision(services, actor, upgradeId, {
    ...approval(services, actor),
    reason: null,
    permission: canApprove,
    whyNot: (upgrade) =>
      whyDeferred(upgrade) ?? whyNotByThem(upgrade, actor) ?? whyNotAsRequested(upgrade, services.now()),
    async write(sql, { hostname }) {
      const { before } = await addApproval(sql, { upgradeId, operatorId, breakGlass: false, reason: null });
      const { approvers } = await readApprovalRules(sql);
      const others = before.filter((id) => id !== operatorId);
      if (others.length + 1 >= approvers)
        return (await approveUpgradeRow(sql, { upgradeId, operatorId })) ? 'approved' : null;
      if (!before.includes(operatorId)) return 'pending';
      const what = `Upgrade ${upgradeId} of ${cleanLine(hostname)} cannot be approved`;
      throw new UpgradeRefused('conflict', `${what}: you approved it already, and somebody else has to as well.`);
    },
  });
}

/**
 * Approves a pending upgrade in an emergency, as an admin who did not request it, with a reason: alone where two have to approve; the approval does not
 * expire, and blackouts do not keep it waiting. The audit row says `break_glass`.
 */
export async function breakGlass(
  services: DecisionServices,
  actor: Actor,
  upgradeId: string,
  reason: string,
): Promise<DecisionOutcome> {
  const text = checkReason(reason);
  if (text === null) throw new UpgradeRefused('invalid', 'An emergency needs a reason: say why, for the audit trail.');
  const operatorId = actor.operator.id;
  return runDecision(services, actor, upgradeId, {
    ...approval(services, actor),
    reason: text,
    marks: { break_glass: true },
    permission: canBreakGlass,
    async write(sql) {
      await addApproval(sql, { upgradeId, operatorId, breakGlass: true, reason: text });
      return (await approveUpgradeRow(sql, { upgradeId, operatorId })) ? 'approved' : null;
    },
  });
}

function approval(
  services: DecisionServices,
  actor: Actor,
): Pick<UpgradeDecision, 'action' | 'done' | 'whyNot' | 'taken'> {
  return {
    action: 'upgrade.approve',
    done: 'approved',
    whyNot: (upgrade) => whyNotByThem(upgrade, actor) ?? whyNotAsRequested(upgrade, services.now()),
    taken: ({ status, approvedById }) => (status === 'approved' && approvedById === actor.operator.id ? status : null),
  };
}

/** Rejects a pending upgrade, which takes a reason. */
export async function rejectUpgrade(
  services: DecisionServices,
  actor: Actor,
  upgradeId: string,
  reason: string,
): Promise<DecisionOutcome> {
  const text = checkReason(reason);
  if (text === null) throw new UpgradeRefused('invalid', 'A rejection needs a reason: say why, for the requester.');
  return close(services, actor, upgradeId, { status: 'rejected', reason: text });
}

/**
 * Cancels an upgrade; the reason may be empty. One that a worker has is cancelled at the next step. Refused once its device may have been told
 * to go down: from there on it is finished or taken back.
 */
export async function cancelUpgrade(
  services: DecisionServices,
  actor: Actor,
  upgradeId: string,
  reason: string,
): Promise<DecisionOutcome> {
  return close(services, actor, upgradeId, { status: 'cancelled', reason: checkReason(reason) });
}

function close(
  services: DecisionServices,
  actor: Actor,
  upgradeId: string,
  { status, reason }: { readonly status: 'rejected' | 'cancelled'; readonly reason: string | null },
): Promise<DecisionOutcome> {
  const operatorId = actor.operator.id;
  return runDecision(services, actor, upgradeId, {
    action: status === 'rejected' ? 'upgrade.reject' : 'upgrade.cancel',
    done: status,
    reason,
    permission: status === 'rejected' ? canReject : canCancel,
    taken(upgrade) {
      if (upgrade.status === status && upgrade.closedById === operatorId) return status;
      return upgrade.status === 'running' && upgrade.wanted === 'cancel' ? 'cancelling' : null;
    },
    async write(sql, upgrade) {
      if (upgrade.status === 'running') return (await wantOfUpgrade(sql, upgradeId, 'cancel')) ? 'cancelling' : null;
      const closing = { upgradeId, status, from: [upgrade.status], operatorId, reason };
      return (await closeUpgradeRow(sql, closing)) ? status : null;
    },
  });
}

function whyDeferred({ deferredWhy }: UpgradeToDecide): string | null {
  if (deferredWhy === null) return null;
  return `the agent defers it (${cleanLine(deferredWhy)}); wait, or let an admin break the glass`;
}

/** Who made a token can have a copy of it, and so may have made the request. */
function whyNotByThem({ tokenMadeById }: UpgradeToDecide, { operator }: Actor): string | null {
  if (tokenMadeById !== operator.id) return null;
  return 'it was requested with an MCP token that you made, so somebody else must approve it';
}

function whyNotAsRequested(upgrade: UpgradeToDecide, now: Date): string | null {
  if (upgrade.runningVersion !== upgrade.fromVersion) {
    const [was, is] = [cleanLine(upgrade.fromVersion), cleanLine(upgrade.runningVersion)];
    return `the router runs ${is} and no longer ${was}, so cancel it and request it anew`;
  }
  if (upgrade.routerStatus !== 'active') return `the router is not active (${upgrade.routerStatus})`;
  const late = whyTooLate(upgrade.schedule, now);
  return late === null ? null : `${late}, so cancel it and request it anew`;
}
