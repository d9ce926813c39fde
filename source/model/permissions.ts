import type { Actor } from './operator.ts';
import { type Role, roleIncludes } from './role.ts';
import type { Upgrade, UpgradeStatus } from './upgrade.ts';
import type { UpgradePlan } from './upgrade-plan.ts';

/** Who asks. */
export type Who = Pick<Actor, 'operator' | 'role'>;

/** If somebody may do something. The reason is one clause, ready to print beside a key or after a host name. */
export type Permission =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: 'forbidden' | 'own_request' | 'conflict'; readonly reason: string };

/** What decides if an upgrade may be stopped. */
type Steered = Pick<Upgrade, 'status' | 'requestedById' | 'activated'>;

const ALLOWED: Permission = { allowed: true };
const CANCELLABLE: readonly UpgradeStatus[] = ['draft', 'pending', 'approved', 'scheduled', 'running', 'paused'];

/** Operators and above may request upgrades. */
export function canRequest(who: Who): Permission {
  return needs(who, 'operator');
}

/** Approvers and above may approve a pending upgrade that somebody else requested. */
export function canApprove(who: Who, upgrade: Pick<Upgrade, 'status' | 'requestedById'>): Permission {
  const role = needs(who, 'approver');
  if (!role.allowed) return role;
  if (upgrade.requestedById === who.operator.id) {
    return { allowed: false, code: 'own_request', reason: 'you requested it, so somebody else must approve it' };
  }
  return whilePending(upgrade.status, 'approved');
}

/** Admins may let a pending upgrade that somebody else requested through in an emergency. */
export function canBreakGlass(who: Who, upgrade: Pick<Upgrade, 'status' | 'requestedById'>): Permission {
  const role = needs(who, 'admin');
  return role.allowed ? canApprove(who, upgrade) : role;
}

/** Approvers and above may reject a pending upgrade, their own too. */
export function canReject(who: Who, upgrade: Pick<Upgrade, 'status'>): Permission {
  const role = needs(who, 'approver');
  return role.allowed ? whilePending(upgrade.status, 'rejected') : role;
}

/**
 * Its requester (while at least an operator) and approvers may cancel an upgrade that is not over. One that runs is cancelled at the next step,
 * unless its device was told to go down.
 */
export function canCancel(who: Who, upgrade: Steered): Permission {
  return beforeThePoint(upgrade, steering(who, upgrade, CANCELLABLE, { may: 'cancel it', done: 'cancelled' }));
}

/** Who may cancel an upgrade may also pause it while it runs. */
export function canPause(who: Who, upgrade: Steered): Permission {
  return beforeThePoint(upgrade, steering(who, upgrade, ['running'], { may: 'pause it', done: 'paused' }));
}

/**
 * Who may cancel an upgrade may also have its device taken back, from when it was told to go down until the new software is kept for good.
 */
export function canRollBack(who: Who, upgrade: Steered & Pick<Upgrade, 'settled'>): Permission {
  const steered = steering(who, upgrade, ['running'], { may: 'have it taken back', done: 'taken back' });
  if (!steered.allowed || (upgrade.activated && !upgrade.settled)) return steered;
  const reason = upgrade.activated
    ? 'the new version is being kept for good, or the device is being taken back already'
    : 'its device was not told to go down yet, so it can be cancelled';
  return { allowed: false, code: 'conflict', reason };
}

/** Who may cancel an upgrade may also let it go on while it is paused. */
export function canResume(who: Who, upgrade: Pick<Upgrade, 'status' | 'requestedById'>): Permission {
  return steering(who, upgrade, ['paused'], { may: 'resume it', done: 'resumed' });
}

/**
 * Approvers may let a failed upgrade go on from the step that failed: it was approved, and is what it was. Not if its device may have been told to go
 * down: what it runs then is for people to find out, and a new upgrade starts from there.
 */
export function canRetry(who: Who, upgrade: Pick<Upgrade, 'status' | 'activated'>): Permission {
  const role = needs(who, 'approver');
  if (!role.allowed) return role;
  if (upgrade.status === 'failed') {
    const reason = 'its device was told to go down, so check the device and request it anew';
    return upgrade.activated ? { allowed: false, code: 'conflict', reason } : ALLOWED;
  }
  return {
    allowed: false,
    code: 'conflict',
    reason: `it is ${statusWords(upgrade.status)}, and only a failed upgrade can be retried`,
  };
}

/** Its requester (while at least an operator) and approvers may stop a plan that is not done. */
export function canStopPlan(who: Who, plan: Pick<UpgradePlan, 'state' | 'requestedById'>): Permission {
  const own = plan.requestedById === who.operator.id;
  const role = needs(who, own ? 'operator' : 'approver');
  if (!role.allowed || plan.state === 'active' || plan.state === 'waiting') return role;
  return { allowed: false, code: 'conflict', reason: `it is ${plan.state}` };
}

/** Approvers may let a plan go on that somebody else requested, when it is stopped or its next wave waits. */
export function canResumePlan(who: Who, plan: Pick<UpgradePlan, 'state' | 'requestedById'>): Permission {
  const role = needs(who, 'approver');
  if (!role.allowed) return role;
  if (plan.requestedById === who.operator.id) {
    return { allowed: false, code: 'own_request', reason: 'you requested it, so somebody else must let it go on' };
  }
  if (plan.state === 'stopped' || plan.state === 'waiting') return ALLOWED;
  return { allowed: false, code: 'conflict', reason: `it is ${plan.state}` };
}

function steering(
  who: Who,
  upgrade: Pick<Upgrade, 'status' | 'requestedById'>,
  statuses: readonly UpgradeStatus[],
  { may, done }: { readonly may: string; readonly done: string },
): Permission {
  const own = upgrade.requestedById === who.operator.id;
  if (!roleIncludes(who.role, own ? 'operator' : 'approver')) {
    const reason = own ? lacking('operator', who.role) : `only its requester or an approver may ${may}`;
    return { allowed: false, code: 'forbidden', reason };
  }
  if (statuses.includes(upgrade.status)) return ALLOWED;
  return { allowed: false, code: 'conflict', reason: `it is ${statusWords(upgrade.status)}, so it cannot be ${done}` };
}

/** From the point of no return on nobody stops an upgrade any more. */
function beforeThePoint({ activated }: Steered, permission: Permission): Permission {
  if (!permission.allowed || !activated) return permission;
  const reason = 'its device was told to go down, so it is finished or taken back';
  return { allowed: false, code: 'conflict', reason };
}

function needs(who: Who, role: Role): Permission {
  if (roleIncludes(who.role, role)) return ALLOWED;
  return { allowed: false, code: 'forbidden', reason: lacking(role, who.role) };
}

function lacking(needed: Role, held: Role): string {
  return `it needs the role ${needed}; yours is ${held}`;
}

function whilePending(status: UpgradeStatus, done: string): Permission {
  if (status === 'pending') return ALLOWED;
  const reason = `it is ${statusWords(status)}, and only a pending upgrade can be ${done}`;
  return { allowed: false, code: 'conflict', reason };
}

function statusWords(status: UpgradeStatus): string {
  return status.replace('_', ' ');
}
