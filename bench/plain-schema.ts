import type postgres from 'postgres';

/** Tables whose rows belong to an organization, and what its own query would say of them. */
const OWN = [
  'routers',
  'sites',
  'router_policy_overrides',
  'upgrades',
  'upgrade_steps',
  'audit_events',
  'audit_heads',
  'organization_members',
] as const;
const VIEWS = ['router_policy', 'fleet'] as const;

/**
 * Makes the schema `plain`, in which every table is the one of `public` with the organization named: the same query, run there by a
 * superuser, is what one would write by hand without row-level security.
 */
export async function makePlainSchema(admin: postgres.Sql, organizationId: string): Promise<void> {
  const views = OWN.map(
    (table) => `CREATE VIEW plain.${table} AS
    SELECT * FROM public.${table} WHERE organization_id = '${organizationId}';`,
  );
  const definitions = await admin.begin(async (sql) => {
    // Names without their schema, so that they are looked up in `plain` first.
    await sql`SET LOCAL search_path = public`;
    return Promise.all(
      VIEWS.map(async (name) => {
        const [row] = await sql<[{ text: string }]>`SELECT pg_get_viewdef(${name}::regclass) AS text`;
        return `CREATE VIEW plain.${name} AS ${row.text}`;
      }),
    );
  });
  await admin
    .unsafe(
      `CREATE SCHEMA plain; ${views.join('\n')}
      CREATE VIEW plain.upgrade_policies AS
        SELECT * FROM public.upgrade_policies WHERE organization_id IS NULL OR organization_id = '${organizationId}';
      SET search_path = plain, public;
      ${definitions.join('\n')}
      RESET search_path;`,
    )
    .simple();
}
