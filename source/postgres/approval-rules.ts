import type postgres from 'postgres';
import { type ApprovalRules, DEFAULT_APPROVAL_RULES } from '../model/approval.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit } from './audit.ts';
import type { OrganizationScope } from './database.ts';

/** What the organization asks of approvals. */
export async function readApprovalRules(sql: postgres.ISql): Promise<ApprovalRules> {
  const [row] = await sql<[ApprovalRules?]>`
    SELECT approvers, expires_hours AS "expiresHours", reference_required AS "referenceRequired" FROM approval_rules`;
  return row ?? DEFAULT_APPROVAL_RULES;
}

/** Changes them, audited; what is left out stays. Nothing is written if all is so already. */
export async function setApprovalRules(
  scope: OrganizationScope,
  actor: Actor,
  change: Partial<ApprovalRules>,
): Promise<void> {
  await scope.transaction(async (sql) => {
    const before = await readApprovalRules(sql);
    const after = { ...before, ...change };
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    await sql`
      INSERT INTO approval_rules (organization_id, approvers, expires_hours, reference_required)
      VALUES (current_org_id(), ${after.approvers}, ${after.expiresHours}, ${after.referenceRequired})
      ON CONFLICT (organization_id) DO UPDATE
      SET approvers = excluded.approvers, expires_hours = excluded.expires_hours,
        reference_required = excluded.reference_required, updated_at = now()`;
    await appendAudit(sql, [
      {
        actor,
        action: 'approval_rules.set',
        targetType: 'approval_rules',
        targetId: 'upgrades',
        before: { ...before },
        after: { ...after },
      },
    ]);
  });
}
