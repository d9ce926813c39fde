import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import type { AuditEvent } from '../model/audit.ts';
import type { Actor, AuditSource } from '../model/operator.ts';
import type { OrganizationScope } from './database.ts';

/** A program that changes something by itself, such as a worker: its name stands where a person's would. */
export interface ProgramActor {
  readonly program: string;
  readonly source: AuditSource;
  readonly correlationId: string;
}

/** What is written into the audit trail for one change. */
export interface AuditEntry {
  /** Null: the administrator of the database. */
  readonly actor: Actor | ProgramActor | null;
  /** Dotted verb: `upgrade.request`, `router.set`. */
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly routerId?: string;
  readonly upgradeId?: string;
  /** What changed, as it was and as it is: only those columns, never a secret. */
  readonly before?: postgres.JSONValue;
  readonly after?: postgres.JSONValue;
  readonly reason?: string | null;
}

/** Who stands in the trail where nobody of the organization did it. Its processes are commands: each is one act, in all organizations. */
const ADMINISTRATOR = { id: null, name: 'administrator', role: 'admin', source: 'cli', correlationId: randomUUID() };

/**
 * Appends to the organization's audit trail. Must be the last statement of the transaction that makes the changes: it locks
 * the end of the organization's chain until the transaction ends.
 */
export async function appendAudit(sql: postgres.TransactionSql, events: readonly AuditEntry[]): Promise<void> {
  if (events.length > 0) await sql`SELECT ${auditAppending(sql, events)}`;
}

/** The same as an expression, for a statement that makes the change and tells of it, with no transaction around it. */
export function auditAppending(sql: postgres.ISql, events: readonly AuditEntry[]): postgres.Fragment {
  const rows = events.map(({ actor, action, targetType, targetId, routerId, upgradeId, before, after, reason }) => ({
    ...actorColumns(actor),
    action,
    target_type: targetType,
    target_id: targetId,
    router_id: routerId,
    upgrade_id: upgradeId,
    before,
    after,
    reason,
  }));
  return sql`audit_append_batch(${sql.json(rows)})`;
}

function actorColumns(actor: AuditEntry['actor']): Record<string, string | null> {
  if (actor === null) {
    const { id, name, role, source, correlationId } = ADMINISTRATOR;
    return { actor_id: id, actor_name: name, actor_role: role, source, correlation_id: correlationId };
  }
  const common = { source: actor.source, correlation_id: actor.correlationId };
  if ('program' in actor) return { actor_id: null, actor_name: actor.program, actor_role: actor.source, ...common };
  return { actor_id: actor.operator.id, actor_name: actor.operator.name, actor_role: actor.role, ...common };
}

/** The newest audit events of the organization, of one router, one upgrade or one plan, newest first. */
export async function listAudit(
  scope: OrganizationScope,
  filter: {
    readonly routerId?: string;
    readonly upgradeId?: string;
    readonly planId?: string;
    /** Appended since then: months before it are not looked at. */
    readonly since?: Date;
    readonly limit: number;
  },
): Promise<readonly AuditEvent[]> {
  const { sql } = scope;
  const ofRouter = filter.routerId === undefined ? sql`true` : sql`router_id = ${filter.routerId}`;
  const ofUpgrade = filter.upgradeId === undefined ? sql`true` : sql`upgrade_id = ${filter.upgradeId}::bigint`;
  const ofPlan = filter.planId === undefined ? sql`true` : sql`target_type = 'plan' AND target_id = ${filter.planId}`;
  const since = filter.since === undefined ? sql`true` : sql`"timestamp" >= ${filter.since}`;
  return sql<AuditEvent[]>`
    SELECT seq::text AS id, "timestamp", actor_name AS actor, actor_role AS role, action, target_type AS "targetType",
      target_id AS "targetId", upgrade_id::text AS "upgradeId", router_id AS "routerId", reason, source
    FROM audit_events
    WHERE ${ofRouter} AND ${ofUpgrade} AND ${ofPlan} AND ${since}
    ORDER BY "timestamp" DESC, seq DESC
    LIMIT ${filter.limit}`;
}
