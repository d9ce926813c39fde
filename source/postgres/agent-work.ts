import type postgres from 'postgres';
import type { Operator } from '../model/operator.ts';
import type { Schedule } from '../model/schedule.ts';
import type { Database, OrganizationScope } from './database.ts';
import { type ScheduleRow, toSchedule } from './upgrade-row.ts';

/** A pending upgrade as the agent looks at it. */
export interface UpgradeToJudge {
  readonly id: string;
  readonly routerId: string;
  readonly imageId: string;
  readonly schedule: Schedule;
  /** A person asked for it, and not through an MCP client. */
  readonly byPerson: boolean;
  /** The policy that applies to the router now lets the agent approve. */
  readonly autoApprove: boolean;
  readonly approvedByAgent: boolean;
  /** The deferral that holds now; null if none does. */
  readonly deferral: { readonly until: Date; readonly why: string } | null;
}

interface Row extends ScheduleRow, Omit<UpgradeToJudge, 'schedule' | 'deferral'> {
  readonly until: Date | null;
  readonly why: string | null;
}

/** As many as the agent judges in one go: the oldest first. */
const MOST = 1000;

/** Organizations that the agent works for. For netup_worker. */
export async function agentOrganizations({ unscoped }: Pick<Database, 'unscoped'>): Promise<readonly string[]> {
  const rows = await unscoped<{ id: string }[]>`SELECT agent_organizations()::text AS id`;
  return rows.map(({ id }) => id);
}

/** The agent as an operator of the organization; null where it was never given anything to do. */
export async function findAgent({ sql }: Pick<OrganizationScope, 'sql'>): Promise<Operator | null> {
  const [row] = await sql<[Operator?]>`
    SELECT id, name, display_name AS "displayName" FROM operators WHERE kind = 'program' LIMIT 1`;
  return row ?? null;
}

/** The pending upgrades of the organization, oldest first. */
export async function pendingUpgrades({ sql }: Pick<OrganizationScope, 'sql'>): Promise<readonly UpgradeToJudge[]> {
  const rows = await sql<Row[]>`
    SELECT u.id::text, u.router_id AS "routerId", u.image_id AS "imageId", u.schedule_kind, u.scheduled_at, u.window_ends_at,
      coalesce(o.kind = 'person' AND coalesce(u.requested_via, 'console') <> 'mcp', false) AS "byPerson",
      coalesce(p.auto_approve AND p.is_active, false) AS "autoApprove",
      EXISTS (SELECT FROM upgrade_approvals AS a JOIN operators AS g ON g.id = a.operator_id AND g.kind = 'program'
        WHERE a.organization_id = u.organization_id AND a.upgrade_id = u.id) AS "approvedByAgent",
      CASE WHEN u.deferred_until > now() THEN u.deferred_until END AS until, u.deferred_why AS why
    FROM upgrades AS u
    LEFT JOIN operators AS o ON o.id = u.requested_by
    LEFT JOIN router_policy AS r ON r.organization_id = u.organization_id AND r.router_id = u.router_id
    LEFT JOIN upgrade_policies AS p ON p.id = r.policy_id
    WHERE u.status = 'pending'
    ORDER BY u.requested_at, u.id
    LIMIT ${MOST}`;
  return rows.map(({ until, why, ...row }) => ({
    ...row,
    schedule: toSchedule(row),
    deferral: until === null || why === null ? null : { until, why },
  }));
}

/** Keeps a pending upgrade from being approved until then, or no longer (null). False: nothing of it is to be deferred. */
export async function deferUpgrade(
  sql: postgres.ISql,
  upgradeId: string,
  deferral: { readonly until: Date; readonly why: string } | null,
): Promise<boolean> {
  const [row] = await sql<[{ done: boolean }]>`
    SELECT agent_defer(${upgradeId}::bigint, ${deferral?.until ?? null}::timestamptz, ${deferral?.why ?? null}) AS done`;
  return row.done;
}

/** Approves by a decision of the agent's that was kept in the same transaction; else says as one clause why not. */
export async function approveAsAgent(
  sql: postgres.TransactionSql,
  upgradeId: string,
  decisionId: string,
): Promise<{ readonly status: string | null; readonly why: string | null }> {
  const [row] = await sql<[{ status: string | null; why: string | null }]>`
    SELECT status, why FROM agent_approve(${upgradeId}::bigint, ${decisionId}::bigint)`;
  return row;
}
