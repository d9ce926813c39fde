import type { ApprovalRules } from '../model/approval.ts';
import type { Gate } from '../model/gate.ts';
import type { Upgrade } from '../model/upgrade.ts';
import type { UpgradePlan } from '../model/upgrade-plan.ts';
import { readApprovalRules } from './approval-rules.ts';
import type { OrganizationScope } from './database.ts';
import { listOpenPlans } from './upgrade-plans.ts';
import { toUpgrade, UPGRADE_COLUMNS, UPGRADE_TABLES, type UpgradeRow } from './upgrade-row.ts';
import { gatesSchema } from './upgrades.ts';

/** An upgrade that waits for approval, with what an approver wants to see of it. */
export interface PendingUpgrade extends Upgrade {
  readonly image: { readonly fileName: string; readonly sizeBytes: number; readonly sha256: string };
  readonly gates: readonly Gate[];
  readonly policyName: string | null;
  /** What the router runs now, which may not be what it was judged on. */
  readonly runningVersion: string;
  /** Operator ids and login names of those who approved it already, where more than one has to. */
  readonly approvals: readonly { readonly id: string; readonly name: string }[];
  /** Why the agent keeps it from being approved now; null if it does not. */
  readonly deferredWhy: string | null;
  /** Who made the MCP token that it was requested with: an operator id; null if it came without one. */
  readonly tokenMadeById: string | null;
}

/** A plan that is stopped, or whose next wave waits, and an upgrade of it, which is what services know it by. */
export interface PendingPlan {
  readonly plan: UpgradePlan;
  readonly upgradeId: string;
  readonly requestedBy: string;
}

export interface ApprovalInbox {
  /** Oldest request first. */
  readonly upgrades: readonly PendingUpgrade[];
  /** How many wait in all, which may be more than were read. */
  readonly total: number;
  readonly plans: readonly PendingPlan[];
  readonly rules: ApprovalRules;
}

interface Row extends UpgradeRow {
  readonly file_name: string;
  readonly size_bytes: number;
  readonly sha256: string;
  readonly gates: unknown;
  readonly policy_name: string | null;
  readonly running_version: string;
  readonly approvals: PendingUpgrade['approvals'];
  readonly deferred_why: string | null;
  readonly token_made_by: string | null;
  readonly total: number;
}

/** Everything of the organization that waits for somebody's approval: at most so many upgrades and so many plans. */
export async function readApprovalInbox(
  scope: OrganizationScope,
  most: { readonly upgrades: number; readonly plans: number },
): Promise<ApprovalInbox> {
  const [rows, plans, rules] = await Promise.all([
    pendingRows(scope, most.upgrades),
    listOpenPlans(scope, most.plans),
    readApprovalRules(scope.sql),
  ]);
  const waiting = plans.filter(({ state }) => state === 'waiting' || state === 'stopped');
  return {
    upgrades: rows.map((row) => toPending(row)),
    total: rows[0]?.total ?? 0,
    plans: await withUpgrades(scope, waiting),
    rules,
  };
}

async function pendingRows({ sql }: OrganizationScope, limit: number): Promise<readonly Row[]> {
  return sql<Row[]>`
    SELECT ${sql.unsafe(UPGRADE_COLUMNS)}, u.gates, i.file_name, i.size_bytes::float8 AS size_bytes, i.sha256,
      r.current_ver AS running_version, policy.name AS policy_name,
      CASE WHEN u.deferred_until > now() THEN u.deferred_why END AS deferred_why,
      (SELECT t.created_by::text FROM mcp_tokens AS t WHERE t.organization_id = u.organization_id AND t.id = u.mcp_token_id)
        AS token_made_by,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) ORDER BY a.approved_at), '[]')
        FROM upgrade_approvals AS a JOIN operators AS o ON o.id = a.operator_id
        WHERE a.organization_id = u.organization_id AND a.upgrade_id = u.id) AS approvals,
      count(*) OVER ()::int AS total
    FROM ${sql.unsafe(UPGRADE_TABLES)}
    JOIN firmware_images AS i ON i.id = u.image_id
    LEFT JOIN upgrade_policies AS policy ON policy.id = u.policy_id
    WHERE u.status = 'pending'
    ORDER BY u.requested_at, u.id
    LIMIT ${limit}`;
}

function toPending(row: Row): PendingUpgrade {
  return {
    ...toUpgrade(row),
    image: { fileName: row.file_name, sizeBytes: row.size_bytes, sha256: row.sha256 },
    gates: gatesSchema.parse(row.gates),
    policyName: row.policy_name,
    runningVersion: row.running_version,
    approvals: row.approvals,
    deferredWhy: row.deferred_why,
    tokenMadeById: row.token_made_by,
  };
}

async function withUpgrades(
  { sql }: OrganizationScope,
  plans: readonly UpgradePlan[],
): Promise<readonly PendingPlan[]> {
  if (plans.length === 0) return [];
  const rows = await sql<{ id: string; upgradeId: string; requestedBy: string }[]>`
    SELECT p.id, min(u.id)::text AS "upgradeId", o.name AS "requestedBy"
    FROM upgrade_plans AS p
    JOIN upgrades AS u ON u.organization_id = p.organization_id AND u.batch_id = p.id
    JOIN operators AS o ON o.id = p.requested_by
    WHERE p.id = ANY (${plans.map(({ id }) => id)})
    GROUP BY p.organization_id, p.id, o.name`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return plans.flatMap((plan) => {
    const found = byId.get(plan.id);
    return found === undefined ? [] : [{ plan, upgradeId: found.upgradeId, requestedBy: found.requestedBy }];
  });
}
