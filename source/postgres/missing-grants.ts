import type { Database } from './database.ts';
import type { ProcessRole } from './safe-role.ts';

interface Needs {
  /** Verb to tables that it writes, all columns of them or some. Everybody reads every table and view. */
  readonly writes: Readonly<Record<string, readonly string[]>>;
  /** The functions that it calls. */
  readonly calls: readonly string[];
}

const INVENTORY = ['golden_images', 'sites', 'routers', 'credentials', 'upgrade_policies', 'router_policy_overrides'];
const UPGRADES = ['upgrades', 'upgrade_steps'];
const KEPT = ['config_backups', 'upgrade_output'];
const RULES = ['upgrade_limits', 'upgrade_plans', 'approval_rules', 'upgrade_approvals'];
const RUNNING = ['upgrade_checks', 'workers', ...KEPT];
const COLLECTED = ['router_health', 'collector_quarantine'];
const READINGS = ['telemetry_raw', 'telemetry_interfaces', 'telemetry_details', 'telemetry_upgrades'];

/** What each kind of process writes and calls. A test holds it against what the migrations grant. */
export const NEEDS: Readonly<Record<ProcessRole, Needs>> = {
  app_user: {
    writes: {
      INSERT: [
        ...INVENTORY,
        ...UPGRADES,
        ...RULES,
        'blackouts',
        'webhooks',
        'mcp_tokens',
        'agent_settings',
        'decisions',
      ],
      UPDATE: [
        ...INVENTORY,
        ...UPGRADES,
        ...RULES,
        ...KEPT,
        'webhooks',
        'webhook_deliveries',
        'mcp_tokens',
        'agent_settings',
      ],
      DELETE: [
        'router_policy_overrides',
        'golden_images',
        'credentials',
        'blackouts',
        'webhooks',
        'collector_quarantine',
      ],
    },
    calls: ['operator_memberships(text)', 'audit_append_batch(jsonb)', 'audit_months(integer)'],
  },
  netup_worker: {
    writes: {
      INSERT: ['audit_checkpoints', ...READINGS, ...RUNNING, ...COLLECTED, 'upgrade_steps', 'decisions'],
      UPDATE: [
        'routers',
        'upgrade_plans',
        ...UPGRADES,
        ...READINGS,
        ...RUNNING,
        ...COLLECTED,
        'upgrade_points',
        'webhooks',
        'webhook_deliveries',
      ],
      DELETE: ['upgrade_checks', 'workers', 'upgrade_points', 'webhook_deliveries', 'collector_quarantine', ...KEPT],
    },
    calls: [
      'claim_upgrades(uuid, integer, interval, interval)',
      'renew_leases(bigint[], bigint[], uuid[], interval)',
      'hold_lease(bigint, bigint)',
      'release_lease(bigint, bigint, interval)',
      'upgrade_points_due()',
      'active_plans()',
      'claim_deliveries(integer, integer, integer, interval)',
      'organization_ids()',
      'share_routers(uuid, text, integer, text, integer, integer, integer, uuid[], interval, interval)',
      'release_shares(uuid, uuid[], smallint[])',
      'dismiss_collector(uuid)',
      'audit_append_batch(jsonb)',
      'audit_checkpoints_due(bigint, interval)',
      'audit_ensure_partitions(integer)',
      'audit_months(integer)',
      'telemetry_roll(timestamptz)',
    ],
  },
  netup_readonly: {
    writes: {},
    calls: ['audit_months(integer)', 'operator_memberships(text)', 'mcp_token(bytea)', 'mcp_token_used(bytea)'],
  },
};

/** What the login may not do although its process does it: `SELECT on routers`, `EXECUTE on audit_append_batch(jsonb)`. */
export async function findMissingGrants(database: Database, role: ProcessRole): Promise<readonly string[]> {
  const { writes, calls } = NEEDS[role];
  const pairs = Object.entries(writes).flatMap(([verb, tables]) => tables.map((table) => ({ verb, table })));
  const [row] = await database.unscoped<[{ missing: readonly string[] }]>`
    WITH wanted (verb, name, granted) AS (
      SELECT 'SELECT', relname::text, has_any_column_privilege(oid, 'SELECT') FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition
      UNION ALL
      SELECT verb, name, coalesce(
        CASE verb WHEN 'DELETE' THEN has_table_privilege(oid, verb) ELSE has_any_column_privilege(oid, verb) END, false)
      FROM unnest(${pairs.map(({ verb }) => verb)}::text[], ${pairs.map(({ table }) => table)}::text[]) AS w (verb, name),
        to_regclass('public.' || name) AS oid
      UNION ALL
      SELECT 'EXECUTE', name, coalesce(has_function_privilege(to_regprocedure('public.' || name), 'EXECUTE'), false)
      FROM unnest(${[...calls]}::text[]) AS f (name))
    SELECT coalesce(array_agg(verb || ' on ' || name ORDER BY name, verb), '{}') AS missing FROM wanted WHERE NOT granted`;
  return row.missing;
}
