/** Types of a column as PostgreSQL calls them; null: whatever can be read as what this version has. */
type Types = readonly string[] | null;

const UUID: Types = ['uuid'];
const TEXT: Types = ['text', 'varchar'];
const WHOLE: Types = ['int2', 'int4', 'int8'];

/** What version 1 had: tables without organizations, and the columns that are carried over. docs/migrations.md says the same. */
const COLUMNS: Readonly<Record<string, Readonly<Record<string, Types>>>> = {
  vendors: { id: UUID, name: null, created_at: null },
  models: { id: UUID, vendor_id: UUID, name: null, platform: null, created_at: null },
  firmware_images: {
    id: UUID,
    vendor_id: UUID,
    model_id: UUID,
    version: null,
    file_name: null,
    size_bytes: null,
    sha256: null,
    is_golden: ['bool'],
    created_at: null,
  },
  routers: {
    id: TEXT,
    hostname: null,
    mgmt_ip: null,
    vendor_id: UUID,
    model_id: UUID,
    serial: null,
    current_ver: null,
    target_ver: null,
    status: null,
    last_seen_at: null,
    created_at: null,
    updated_at: null,
  },
  credentials: {
    id: UUID,
    name: null,
    credential_type: null,
    username: null,
    encrypted_data: ['bytea'],
    encryption_key_id: null,
    created_at: null,
    updated_at: null,
  },
  upgrade_policies: {
    id: WHOLE,
    name: null,
    vendor_id: UUID,
    model_id: UUID,
    max_cpu_percent: null,
    min_free_mem_percent: null,
    is_active: ['bool'],
    created_at: null,
  },
  router_policy_overrides: { router_id: TEXT, policy_id: WHOLE, reason: null, created_by: null, created_at: null },
  upgrades: {
    id: WHOLE,
    router_id: TEXT,
    image_id: UUID,
    from_ver: null,
    to_ver: null,
    status: null,
    scheduled_at: null,
    requested_by: null,
    requested_at: null,
    approved_by: null,
    approved_at: null,
    closed_at: null,
    close_reason: null,
  },
  upgrade_steps: {
    upgrade_id: WHOLE,
    position: WHOLE,
    name: null,
    status: null,
    started_at: null,
    finished_at: null,
    detail: null,
  },
  audit_events: {
    id: WHOLE,
    timestamp: null,
    actor: null,
    action: null,
    router_id: TEXT,
    upgrade_id: WHOLE,
    details: ['json', 'jsonb'],
  },
};

export const V1_TABLES: readonly string[] = Object.keys(COLUMNS);

/** Tables and views by name, each with its columns and their types. */
export type Tables = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What keeps a database with the tables of version 1 from being one: clauses such as `routers.mgmt_ip is missing`. */
export function v1Misfits(tables: Tables): readonly string[] {
  const ofOrganizations = V1_TABLES.filter((name) => tables.get(name)?.has('organization_id') === true).map(
    (name) => `${name} has an organization_id`,
  );
  const others = Object.entries(COLUMNS).flatMap(([table, columns]) =>
    Object.entries(columns).flatMap(([column, types]) => {
      const type = tables.get(table)?.get(column);
      if (type === undefined) return [`${table}.${column} is missing`];
      return types === null || types.includes(type) ? [] : [`${table}.${column} is ${type}, not ${types.join(' or ')}`];
    }),
  );
  return [...ofOrganizations, ...others];
}

/** What of version 1 this version has no place for: columns such as `routers.rack`, other tables and views. It stays where it is moved to. */
export function v1Leftovers(tables: Tables): readonly string[] {
  const columns = V1_TABLES.flatMap((table) =>
    [...(tables.get(table)?.keys() ?? [])]
      .filter((column) => COLUMNS[table]?.[column] === undefined)
      .map((column) => `${table}.${column}`),
  );
  const others = [...tables.keys()].filter((name) => !V1_TABLES.includes(name));
  return [...columns, ...others];
}
