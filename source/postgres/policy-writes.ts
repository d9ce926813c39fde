import type postgres from 'postgres';
import { UserError } from '../config/user-error.ts';
import type { Actor } from '../model/operator.ts';
import type { Policy } from '../model/policy.ts';
import { draftOf, POLICY_FIELDS, type PolicyDraft, type PolicyField } from '../model/policy-draft.ts';
import { type PolicyPlace, placePolicy } from '../model/policy-place.ts';
import { cleanLine } from '../model/text.ts';
import { appendAudit } from './audit.ts';
import { isBigint } from './columns.ts';
import type { OrganizationScope } from './database.ts';
import { readPolicyNames } from './policy-names.ts';
import { POLICY_COLUMNS, POLICY_TABLES, type PolicyRow, toPolicy } from './policy-row.ts';

/** A policy to add, or one to change. `version` is the one that the change began from: if it is another by now, nothing is written. */
export type PolicyChange =
  | { readonly kind: 'add'; readonly draft: PolicyDraft }
  | { readonly kind: 'set'; readonly id: string; readonly version: number; readonly draft: PolicyDraft };

export interface WrittenPolicy {
  readonly id: string;
  /** Null: it is new. */
  readonly before: Policy | null;
  /** The agent could approve by it, and can no more: only the administrator lets it, and did so for what the policy was. */
  readonly endsAutoApproval: boolean;
}

/** Adds or changes a policy of the organization, with its audit row. Throws a `UserError` that says why it cannot be done. */
export async function savePolicy(scope: OrganizationScope, actor: Actor, change: PolicyChange): Promise<WrittenPolicy> {
  return scope.transaction(async (sql) => {
    const written = await writePolicy(sql, change);
    const { before } = written;
    const after = change.draft;
    const fields = before === null ? POLICY_FIELDS : changedFields(draftOf(before), after);
    await appendAudit(sql, [
      {
        actor,
        action: `policy.${change.kind}`,
        targetType: 'policy',
        targetId: written.id,
        ...(before === null ? {} : { before: { ...only(draftOf(before), fields), ...approval(written, true) } }),
        after: { ...only(after, fields), ...approval(written, false) },
      },
    ]);
    return written;
  });
}

/** The fields in which two drafts differ. */
export function changedFields(before: PolicyDraft, after: PolicyDraft): readonly PolicyField[] {
  return POLICY_FIELDS.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

/** The change without its audit row, for `savePolicy`, and for who rolls it back. `newId` is the number of a new one; null: the next. */
export async function writePolicy(
  sql: postgres.TransactionSql,
  change: PolicyChange,
  newId: number | null = null,
): Promise<WrittenPolicy> {
  const { draft } = change;
  const before = change.kind === 'add' ? null : await findPolicy(sql, change);
  if (before !== null && changedFields(draftOf(before), draft).length === 0) {
    throw new UserError(`Policy #${before.id} is as you want it: there is nothing to change.`);
  }
  const placed = placePolicy(draft, await readPolicyNames(sql), before?.id ?? null);
  if (!placed.ok) {
    const faults = [...placed.faults.values()].join('; ');
    throw new UserError(cleanLine(`The policy cannot be saved: ${faults}.`));
  }
  const record = sql`jsonb_populate_record(NULL::upgrade_policies, ${sql.json(recordOf(draft, placed.place))})`;
  const [columns, values] = [sql.unsafe(COLUMNS.join(', ')), sql.unsafe(COLUMNS.map((name) => `f.${name}`).join(', '))];
  if (before === null) {
    const [row] = await sql<[{ id: string }]>`
      INSERT INTO upgrade_policies (organization_id, ${columns} ${newId === null ? sql`` : sql`, id`})
      ${newId === null ? sql`` : sql`OVERRIDING SYSTEM VALUE`}
      SELECT current_org_id(), ${values} ${newId === null ? sql`` : sql`, ${newId}::bigint`} FROM ${record} AS f
      RETURNING id::text`;
    return { id: row.id, before, endsAutoApproval: false };
  }
  // A trigger sees to it, whoever writes.
  const switchesOffOnly = changedFields({ ...draftOf(before), isActive: false }, draft).length === 0;
  const endsAutoApproval = before.autoApprove && !switchesOffOnly;
  const { count } = await sql`
    UPDATE upgrade_policies AS p SET (${columns}) = ROW(${values})
    FROM ${record} AS f
    WHERE p.id = ${before.id}::bigint AND p.version = ${before.version}`;
  if (count === 0) throw changedMeanwhile(before);
  return { id: before.id, before, endsAutoApproval };
}

const COLUMNS = [
  'name',
  'vendor_id',
  'model_id',
  'site_id',
  'priority',
  'max_cpu_percent',
  'min_free_mem_percent',
  'max_critical_errors',
  'max_data_age_seconds',
  'window_weekday',
  'window_start',
  'window_minutes',
  'window_time_zone',
  'is_active',
] as const;

async function findPolicy(
  sql: postgres.TransactionSql,
  { id, version }: Extract<PolicyChange, { kind: 'set' }>,
): Promise<Policy> {
  const [row] = isBigint(id)
    ? await sql<[PolicyRow?]>`
        SELECT ${sql.unsafe(POLICY_COLUMNS)} FROM ${sql.unsafe(POLICY_TABLES)} WHERE p.id = ${id}::bigint`
    : [];
  if (row === undefined) throw new UserError(`There is no policy #${cleanLine(id).slice(0, 40)} in this organization.`);
  const policy = toPolicy(row);
  if (policy.shared) throw new UserError(sharedPolicyText(policy));
  if (policy.version !== version) throw changedMeanwhile(policy);
  return policy;
}

/** Why nobody of an organization changes a shared policy. */
export function sharedPolicyText({ id }: Pick<Policy, 'id'>): string {
  return `Policy #${id} is of all organizations, and only the administrator of the database changes it (netup-tui fleet load): copy it to have one of your own, which comes first.`;
}

function changedMeanwhile({ id }: Policy): UserError {
  return new UserError(
    `Policy #${id} was changed by somebody else meanwhile: look at it as it is now, and change it again.`,
  );
}

function recordOf(
  { window, ...draft }: PolicyDraft,
  { vendorId, modelId, siteId }: PolicyPlace,
): Record<(typeof COLUMNS)[number], string | number | boolean | null> {
  return {
    name: draft.name,
    vendor_id: vendorId,
    model_id: modelId,
    site_id: siteId,
    priority: draft.priority,
    max_cpu_percent: draft.maxCpuPercent,
    min_free_mem_percent: draft.minFreeMemPercent,
    max_critical_errors: draft.maxCriticalErrors,
    max_data_age_seconds: draft.maxDataAgeSeconds,
    window_weekday: window?.weekday ?? null,
    window_start: window?.start ?? null,
    window_minutes: window?.minutes ?? null,
    window_time_zone: window?.timeZone ?? null,
    is_active: draft.isActive,
  };
}

function only(draft: PolicyDraft, fields: readonly PolicyField[]): Record<string, postgres.JSONValue> {
  return Object.fromEntries(fields.map((field) => [field, toJson(draft[field])]));
}

function toJson(value: PolicyDraft[PolicyField]): postgres.JSONValue {
  return typeof value === 'object' && value !== null ? { ...value } : value;
}

function approval({ endsAutoApproval }: WrittenPolicy, before: boolean): { autoApprove?: boolean } {
  return endsAutoApproval ? { autoApprove: before } : {};
}
