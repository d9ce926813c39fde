import type postgres from 'postgres';
import { z } from 'zod';
import { type ApprovalSubject, type GivenApproval, whatChanged } from '../model/approval.ts';

const subjectSchema = z.object({
  sha256: z.string(),
  sizeBytes: z.number(),
  modelId: z.string().nullable(),
  targetVersion: z.string().nullable(),
});

/** What an upgrade is about at this moment; its router and its image are not changed until the transaction ends. */
export async function lockApprovalSubject(sql: postgres.TransactionSql, upgradeId: string): Promise<ApprovalSubject> {
  // Nobody changes an image's row but the owner, in one statement; the router's is locked.
  const [row] = await sql<[ApprovalSubject]>`
    SELECT i.sha256, i.size_bytes::float8 AS "sizeBytes", r.model_id AS "modelId", r.target_ver AS "targetVersion"
    FROM upgrades AS u
    JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    JOIN firmware_images AS i ON i.id = u.image_id
    WHERE u.id = ${upgradeId}::bigint
    FOR SHARE OF r`;
  return row;
}

/** The approvals of an upgrade that count or counted. */
export async function approvalsOf(
  sql: postgres.ISql,
  upgradeId: string,
): Promise<readonly (GivenApproval & { readonly operatorId: string; readonly mayApprove: boolean })[]> {
  const rows = await sql<{ operatorId: string; subject: unknown; breakGlass: boolean; mayApprove: boolean }[]>`
    SELECT operator_id AS "operatorId", subject, break_glass AS "breakGlass",
      has_role(operator_id, organization_id, ARRAY['approver', 'admin']) AS "mayApprove"
    FROM upgrade_approvals WHERE upgrade_id = ${upgradeId}::bigint ORDER BY approved_at`;
  return rows.map((row) => ({ ...row, subject: subjectSchema.parse(row.subject) }));
}

/**
 * Writes down that somebody approves an upgrade as it is at this moment, which must be locked and pending. Gives who has approved the
 * same before (operator ids); approvals of something else, and of those who may not approve any more, do not count.
 */
export async function addApproval(
  sql: postgres.TransactionSql,
  approval: {
    readonly upgradeId: string;
    readonly operatorId: string;
    readonly breakGlass: boolean;
    readonly reason: string | null;
  },
): Promise<{ readonly before: readonly string[] }> {
  const { upgradeId, operatorId, breakGlass, reason } = approval;
  const subject = await lockApprovalSubject(sql, upgradeId);
  const given = await approvalsOf(sql, upgradeId);
  await sql`
    INSERT INTO upgrade_approvals (organization_id, upgrade_id, operator_id, subject, break_glass, reason)
    VALUES (current_org_id(), ${upgradeId}::bigint, ${operatorId}, ${sql.json({ ...subject })}, ${breakGlass}, ${reason})
    ON CONFLICT (organization_id, upgrade_id, operator_id) DO UPDATE
    SET subject = excluded.subject, break_glass = excluded.break_glass, reason = excluded.reason, approved_at = now()`;
  const same = given.filter((each) => each.mayApprove && whatChanged(each.subject, subject) === null);
  return { before: same.map((each) => each.operatorId) };
}
