import type { Database } from './database.ts';

/** What the console and the commands write, beside reading every table and view. A test holds it against the migrations' grants. */
export const APP_WRITES = {
  INSERT: [
    'sites',
    'routers',
    'credentials',
    'upgrade_policies',
    'router_policy_overrides',
    'upgrades',
    'upgrade_steps',
  ],
  UPDATE: [
    'sites',
    'routers',
    'credentials',
    'upgrade_policies',
    'router_policy_overrides',
    'upgrades',
    'upgrade_steps',
  ],
  DELETE: ['router_policy_overrides', 'credentials'],
} as const;

/** The functions that it calls. */
const APP_CALLS = ['operator_memberships(text)', 'audit_append_batch(jsonb)', 'audit_months(integer)'];

/** What the login may not do although the console and the commands do it: `SELECT on routers`, `EXECUTE on audit_append_batch(jsonb)`. */
export async function findMissingGrants(database: Database): Promise<readonly string[]> {
  const writes = Object.entries(APP_WRITES).flatMap(([verb, tables]) => tables.map((table) => ({ verb, table })));
  const [row] = await database.unscoped<[{ missing: readonly string[] }]>`
    WITH wanted (verb, name, granted) AS (
      SELECT 'SELECT', relname::text, has_table_privilege(oid, 'SELECT') FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition
      UNION ALL
      SELECT verb, name, coalesce(has_table_privilege(to_regclass('public.' || name), verb), false)
      FROM unnest(${writes.map(({ verb }) => verb)}::text[], ${writes.map(({ table }) => table)}::text[]) AS w (verb, name)
      UNION ALL
      SELECT 'EXECUTE', name, coalesce(has_function_privilege(to_regprocedure('public.' || name), 'EXECUTE'), false)
      FROM unnest(${APP_CALLS}::text[]) AS f (name))
    SELECT coalesce(array_agg(verb || ' on ' || name ORDER BY name, verb), '{}') AS missing FROM wanted WHERE NOT granted`;
  return row.missing;
}
