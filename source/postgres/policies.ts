import type { Policy, PolicyWithCount } from '../model/policy.ts';
import { isBigint } from './columns.ts';
import type { OrganizationScope } from './database.ts';
import { POLICY_COLUMNS, POLICY_TABLES, type PolicyRow, RANK, toPolicy } from './policy-row.ts';

export { explainPolicy } from './explain-policy.ts';

/** The organization's policies and the shared ones, in rank order, each with the number of routers that it applies to. */
export async function listPolicies(scope: OrganizationScope): Promise<readonly PolicyWithCount[]> {
  const { sql } = scope;
  const rows = await sql<(PolicyRow & { routers: number })[]>`
    SELECT ${sql.unsafe(POLICY_COLUMNS)}, coalesce(c.routers, 0)::int AS routers
    FROM ${sql.unsafe(POLICY_TABLES)}
    LEFT JOIN (SELECT policy_id, count(*) AS routers FROM router_policy GROUP BY policy_id) AS c ON c.policy_id = p.id
    ORDER BY ${sql.unsafe(RANK)}`;
  return rows.map((row) => ({ ...toPolicy(row), routers: row.routers }));
}

/** The same policies by id, without the numbers, which cost as much as the whole fleet. */
export async function allPolicies(scope: OrganizationScope): Promise<ReadonlyMap<string, Policy>> {
  const { sql } = scope;
  const rows = await sql<PolicyRow[]>`SELECT ${sql.unsafe(POLICY_COLUMNS)} FROM ${sql.unsafe(POLICY_TABLES)}`;
  return byId(rows);
}

/** One policy; null if there is none with this id that the organization may see. */
export async function getPolicy(scope: OrganizationScope, id: string): Promise<Policy | null> {
  return (await getPolicies(scope, [id])).get(id) ?? null;
}

/** The policies with these ids that the organization may see, by id. */
export async function getPolicies(
  scope: OrganizationScope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Policy>> {
  const known = ids.filter((id) => isBigint(id));
  if (known.length === 0) return new Map();
  const { sql } = scope;
  const rows = await sql<PolicyRow[]>`
    SELECT ${sql.unsafe(POLICY_COLUMNS)} FROM ${sql.unsafe(POLICY_TABLES)}
    WHERE p.id = ANY (${known}::bigint[])`;
  return byId(rows);
}

/** Ids of the routers that a policy applies to, by hostname. */
export async function policyRouters(scope: OrganizationScope, policyId: string): Promise<readonly string[]> {
  if (!isBigint(policyId)) return [];
  const rows = await scope.sql<{ id: string }[]>`
    SELECT router_id AS id FROM router_policy
    WHERE policy_id = ${policyId}::bigint
    ORDER BY hostname COLLATE "C"`;
  return rows.map(({ id }) => id);
}

function byId(rows: readonly PolicyRow[]): ReadonlyMap<string, Policy> {
  return new Map(rows.map((row) => [row.id, toPolicy(row)]));
}
