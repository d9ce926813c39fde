import { canApprove, canResumePlan, type Permission, type Who } from '../../../model/permissions.ts';
import { cleanLine } from '../../../model/text.ts';
import type { ApprovalInbox, PendingPlan, PendingUpgrade } from '../../../postgres/approval-inbox.ts';

/** Something that waits for approval, and why this operator may not give it; null if they may. */
export type InboxRow =
  | { readonly kind: 'upgrade'; readonly upgrade: PendingUpgrade; readonly whyNot: string | null }
  | { readonly kind: 'plan'; readonly pending: PendingPlan; readonly whyNot: string | null };

/** `mine`: what the operator may approve; `others`: the rest. */
export const INBOX_VIEWS = ['mine', 'others'] as const;

export type InboxView = (typeof INBOX_VIEWS)[number];

const known = new WeakMap<ApprovalInbox, { readonly who: Who; readonly rows: readonly InboxRow[] }>();

/** Plans first, since many upgrades wait for each, then upgrades, the oldest request first. */
export function inboxRows(inbox: ApprovalInbox, who: Who): readonly InboxRow[] {
  const found = known.get(inbox);
  if (found?.who.operator === who.operator && found.who.role === who.role) return found.rows;
  const rows: readonly InboxRow[] = [
    ...inbox.plans.map(
      (pending) => ({ kind: 'plan', pending, whyNot: reasonOf(canResumePlan(who, pending.plan)) }) as const,
    ),
    ...inbox.upgrades.map((upgrade) => ({ kind: 'upgrade', upgrade, whyNot: whyNotUpgrade(upgrade, who) }) as const),
  ];
  known.set(inbox, { who, rows });
  return rows;
}

/** The rules that the database will ask of the approval, in the order in which it refuses. */
function whyNotUpgrade(upgrade: PendingUpgrade, who: Who): string | null {
  const permission = reasonOf(canApprove(who, upgrade));
  if (permission !== null) return permission;
  if (upgrade.approvals.some(({ id }) => id === who.operator.id))
    return 'you approved it, and somebody else has to as well';
  if (upgrade.tokenMadeById === who.operator.id) return 'it was requested with an MCP token that you made';
  if (upgrade.deferredWhy !== null) return `the agent defers it: ${cleanLine(upgrade.deferredWhy)}`;
  if (upgrade.runningVersion === upgrade.fromVersion) return null;
  return `the router runs ${cleanLine(upgrade.runningVersion)} and no longer ${cleanLine(upgrade.fromVersion)}`;
}

function reasonOf(permission: Permission): string | null {
  return permission.allowed ? null : permission.reason;
}

/** The same for the same thing, whatever became of it. */
export function idOf(row: InboxRow): string {
  return row.kind === 'plan' ? `plan ${row.pending.plan.id}` : row.upgrade.id;
}
