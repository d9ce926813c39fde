import type postgres from 'postgres';
import type { Actor } from '../model/operator.ts';
import type { Permission, Who } from '../model/permissions.ts';
import { memberRole } from '../postgres/member-role.ts';
import { UpgradeRefused } from './errors.ts';

/**
 * Refuses what the actor may not do, by the role that the session gave them and by the one that they have now: whoever was
 * demoted meanwhile does not act in the old role.
 */
export async function checkActor(
  sql: postgres.TransactionSql,
  actor: Actor,
  what: string,
  permission: (who: Who) => Permission,
): Promise<void> {
  checkPermission(what, permission(actor));
  const role = await memberRole(sql, actor.operator.id);
  if (role === null) throw new UpgradeRefused('forbidden', `${what}: you are no member of this organization any more.`);
  if (role !== actor.role) checkPermission(what, permission({ operator: actor.operator, role }));
}

/** `what` says what is refused: `Upgrade 12 of ams-core-01 cannot be approved`. */
export function checkPermission(what: string, permission: Permission): void {
  if (!permission.allowed) throw new UpgradeRefused(permission.code, `${what}: ${permission.reason}.`);
}
