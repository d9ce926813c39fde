import type { Actor, Operator } from '../model/operator.ts';
import { appendAudit } from './audit.ts';
import type { OrganizationScope } from './database.ts';

/** Where a console is, and how its operator proved who they are. */
export interface SessionPlace {
  /** What sshd vouched for: a fingerprint, or a principal. Null: nobody did. */
  readonly identity: string | null;
  /** The address that the operator connects from. */
  readonly remote: string | null;
  /** `/dev/pts/3` */
  readonly terminal: string | null;
}

export interface ConsoleSession extends SessionPlace {
  readonly id: string;
  readonly operator: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
}

/** Why a session is over. */
export interface SessionEnd {
  /** A name, `the administrator`; null: the operator is disabled, or no member any more. */
  readonly by: string | null;
  readonly reason: string | null;
}

/** Rows of sessions that are over are kept for so many days; the audit trail keeps who logged in. */
const KEPT_DAYS = 30;
/** Several signs of life: see the console's loader. */
const OPEN_SECONDS = 60;

/** Registers a console; one that sshd vouched for is audited. Gives the session's id. */
export async function openSession(scope: OrganizationScope, actor: Actor, place: SessionPlace): Promise<string> {
  const { identity, remote, terminal } = place;
  return scope.transaction(async (sql) => {
    await sql`DELETE FROM console_sessions WHERE seen_at < now() - ${KEPT_DAYS} * interval '1 day'`;
    const [row] = await sql<[{ id: string }]>`
      INSERT INTO console_sessions (organization_id, operator_id, identity, remote, terminal)
      VALUES (current_org_id(), ${actor.operator.id}, ${identity}, ${remote}, ${terminal}) RETURNING id::text`;
    const what = { actor, action: 'session.open', targetType: 'session', targetId: row.id, after: { ...place } };
    if (identity !== null) await appendAudit(sql, [what]);
    return row.id;
  });
}

/** Gives a sign of life. Null: go on; otherwise the session is over. */
export async function touchSession(
  { sql }: Pick<OrganizationScope, 'sql'>,
  id: string,
  operator: Operator,
): Promise<SessionEnd | null> {
  const [row] = await sql<[{ ended: boolean; by: string | null; reason: string | null }?]>`
    UPDATE console_sessions SET seen_at = now() WHERE id = ${id}::bigint
    RETURNING ended_at IS NOT NULL AS ended, ended_by AS by, end_reason AS reason`;
  if (row?.ended === true) return { by: row.by, reason: row.reason };
  const [member] = await sql<
    [{ active: boolean }?]
  >`SELECT is_active AS active FROM operators WHERE id = ${operator.id}`;
  return member?.active === true ? null : { by: null, reason: null };
}

/** The operator left it. */
export async function closeSession({ sql }: Pick<OrganizationScope, 'sql'>, id: string): Promise<void> {
  await sql`UPDATE console_sessions SET ended_at = now() WHERE id = ${id}::bigint AND ended_at IS NULL`;
}

/** The consoles that are open on the organization, oldest first. */
export async function listSessions({ sql }: Pick<OrganizationScope, 'sql'>): Promise<readonly ConsoleSession[]> {
  return sql<ConsoleSession[]>`
    SELECT s.id::text, o.name AS operator, s.identity, s.remote, s.terminal, s.started_at AS "startedAt", s.seen_at AS "seenAt"
    FROM console_sessions AS s JOIN operators AS o ON o.id = s.operator_id
    WHERE s.ended_at IS NULL AND s.seen_at > now() - ${OPEN_SECONDS} * interval '1 second'
    ORDER BY s.started_at, s.id`;
}

/** Ends somebody's session, audited. Gives whose it was; null if no such session is open. */
export async function endSession(
  scope: OrganizationScope,
  actor: Actor,
  id: string,
  reason: string | null,
): Promise<string | null> {
  return scope.transaction(async (sql) => {
    const [row] = await sql<[{ operator: string }?]>`
      UPDATE console_sessions AS s SET ended_at = now(), ended_by = ${actor.operator.name}, end_reason = ${reason}
      FROM operators AS o
      WHERE o.id = s.operator_id AND s.id = ${id}::bigint AND s.ended_at IS NULL
        AND s.seen_at > now() - ${OPEN_SECONDS} * interval '1 second'
      RETURNING o.name AS operator`;
    if (row === undefined) return null;
    await appendAudit(sql, [
      { actor, action: 'session.end', targetType: 'session', targetId: id, before: { ...row }, reason },
    ]);
    return row.operator;
  });
}
