import type postgres from 'postgres';
import { UserError } from '../config/user-error.ts';
import type { Actor } from '../model/operator.ts';
import type { RouterStatus } from '../model/router.ts';
import { cleanLine } from '../model/text.ts';
import { appendAudit } from './audit.ts';
import type { OrganizationScope } from './database.ts';

/** What an operator may change of a router; what is left out stays. */
interface RouterChange {
  /** Null: no target. */
  readonly targetVersion?: string | null;
  readonly status?: Exclude<RouterStatus, 'retired'>;
  /** Where its SNMP agent listens. */
  readonly snmpPort?: number;
  /** Routers of one group are never upgraded at the same time. Null: it is in none. */
  readonly redundancyGroup?: string | null;
  readonly reason?: string | undefined;
}

type Columns = Readonly<Record<string, string | number | null>>;

/** Changes a router, audited; writes nothing if all is so already. Throws a `UserError` if there is no such router. */
export async function setRouter(
  scope: OrganizationScope,
  actor: Actor,
  routerId: string,
  change: RouterChange,
): Promise<void> {
  const wanted: Columns = {
    ...(change.targetVersion === undefined ? {} : { target_ver: change.targetVersion }),
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.snmpPort === undefined ? {} : { snmp_port: change.snmpPort }),
    ...(change.redundancyGroup === undefined ? {} : { redundancy_group: change.redundancyGroup }),
  };
  await scope.transaction((sql) =>
    update(sql, { actor, routerId, action: 'router.set', wanted, reason: change.reason }),
  );
}

/** Takes a router out of service, audited. Throws a `UserError` if there is no such router, or an upgrade of it is not over. */
export async function retireRouter(
  scope: OrganizationScope,
  actor: Actor,
  routerId: string,
  reason: string,
): Promise<void> {
  await scope.transaction(async (sql) => {
    const [open] = await sql<[{ id: string; status: string }?]>`
      SELECT id::text, status FROM upgrades
      WHERE router_id = ${routerId} AND status IN ('draft', 'pending', 'approved', 'scheduled', 'running', 'paused')`;
    if (open !== undefined) {
      throw new UserError(
        `${cleanLine(routerId)} has upgrade ${open.id}, which is ${open.status}: cancel it before retiring the router.`,
      );
    }
    await update(sql, { actor, routerId, action: 'router.retire', wanted: { status: 'retired' }, reason });
  });
}

/** Puts the fingerprint of the router's SSH host key (`SHA256:...`) on record, audited. */
export async function pinHostKey(
  scope: OrganizationScope,
  actor: Actor,
  routerId: string,
  fingerprint: string,
): Promise<void> {
  const wanted = { ssh_host_key: fingerprint };
  await scope.transaction((sql) => update(sql, { actor, routerId, action: 'router.pin_host_key', wanted }));
}

async function update(
  sql: postgres.TransactionSql,
  order: {
    readonly actor: Actor;
    readonly routerId: string;
    readonly action: string;
    readonly wanted: Columns;
    readonly reason?: string | undefined;
  },
): Promise<void> {
  const { actor, routerId, action, wanted, reason } = order;
  const [current] = await sql<[Columns?]>`
    SELECT target_ver, status, ssh_host_key, redundancy_group, snmp_port FROM routers WHERE id = ${routerId} FOR UPDATE`;
  if (current === undefined) throw new UserError(`There is no router ${cleanLine(routerId)} in this organization.`);
  const changed = Object.keys(wanted).filter((column) => wanted[column] !== current[column]);
  if (changed.length === 0) return;
  const pick = (values: Columns): Columns =>
    Object.fromEntries(changed.map((column) => [column, values[column] ?? null]));
  await sql`UPDATE routers SET ${sql(pick(wanted))} WHERE id = ${routerId}`;
  await appendAudit(sql, [
    {
      actor,
      action,
      targetType: 'router',
      targetId: routerId,
      routerId,
      before: pick(current),
      after: pick(wanted),
      reason: reason ?? null,
    },
  ]);
}
