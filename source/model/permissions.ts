import type { Actor } from './operator.ts';
import { type Role, roleIncludes } from './role.ts';
import type { Upgrade, UpgradeStatus } from './upgrade.ts';

/** Who asks. */
export type Who = Pick<Actor, 'operator' | 'role'>;

/** If somebody may do something. The reason is one clause, ready to print beside a key or after a host name. */
export type Permission =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: 'forbidden' | 'own_request' | 'conflict'; readonly reason: string };

const ALLOWED: Permission = { allowed: true };
const CANCELLABLE: readonly UpgradeStatus[] = ['draft', 'pending', 'approved', 'scheduled'];

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

/** Approvers and above may reject a pending upgrade, their own too. */
export function canReject(who: Who, upgrade: Pick<Upgrade, 'status'>): Permission {
  const role = needs(who, 'approver');
  return role.allowed ? whilePending(upgrade.status, 'rejected') : role;
}

/** Its requester (while at least an operator) and approvers may cancel an upgrade that has not begun. */
export function canCancel(who: Who, upgrade: Pick<Upgrade, 'status' | 'requestedById'>): Permission {
  const own = upgrade.requestedById === who.operator.id;
  if (!roleIncludes(who.role, own ? 'operator' : 'approver')) {
    const reason = own ? lacking('operator', who.role) : 'only its requester or an approver may cancel it';
    return { allowed: false, code: 'forbidden', reason };
  }
  if (CANCELLABLE.includes(upgrade.status)) return ALLOWED;
  const reason = `it is ${statusWords(upgrade.status)}, and only an upgrade that has not begun can be cancelled`;
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
