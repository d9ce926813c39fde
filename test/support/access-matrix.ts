/** What an attempt ends in: it happens; no row is there to be seen or changed; an error says that it is not allowed; a trigger forbids it. */
type Outcome = 'yes' | 'hidden' | 'refused' | 'guarded';

export const accessRoles = ['netup_owner', 'app_user', 'netup_worker', 'netup_readonly'] as const;
export const accessVerbs = ['select', 'insert', 'update', 'delete'] as const;
/** Whose row is tried: the connection's organization's, another's, or any with no organization set. */
export const accessScopes = ['own', 'other', 'unset'] as const;

export type AccessRole = (typeof accessRoles)[number];
export type AccessVerb = (typeof accessVerbs)[number];
type Cell = readonly [own: Outcome, other: Outcome, unset: Outcome];

export interface TableAccess {
  readonly table: string;
  /** Which row is tried, in SQL, with the organization as `$1`; `true` where rows belong to no organization. */
  readonly row: string;
  /** What stands behind the table's name in the document, for a table that is tried with two kinds of rows. */
  readonly note?: string;
  readonly cells: Readonly<Record<AccessRole, Readonly<Record<AccessVerb, Cell>>>>;
  /** The columns that the worker may update, where it may not update all. */
  readonly workerColumns?: readonly string[];
  /** The same for people. */
  readonly appColumns?: readonly string[];
}

const refused: Cell = ['refused', 'refused', 'refused'];
const always: Cell = ['yes', 'yes', 'yes'];
const guarded: Cell = ['guarded', 'hidden', 'hidden'];
const ownRows: Cell = ['yes', 'hidden', 'hidden'];
const ownInsert: Cell = ['yes', 'refused', 'refused'];
const withOrganization: Cell = ['yes', 'yes', 'hidden'];
const noRows: Cell = ['hidden', 'hidden', 'hidden'];

type Verbs = Readonly<Record<AccessVerb, Cell>>;
const nothing: Verbs = { select: refused, insert: refused, update: refused, delete: refused };
const everything: Verbs = { select: always, insert: always, update: always, delete: always };

/** Own rows with the verbs that are granted. */
function own(...verbs: readonly AccessVerb[]): Verbs {
  const cell = (verb: AccessVerb): Cell => (!verbs.includes(verb) ? refused : verb === 'insert' ? ownInsert : ownRows);
  return { select: cell('select'), insert: cell('insert'), update: cell('update'), delete: cell('delete') };
}

function reading(select: Cell): Verbs {
  return { ...nothing, select };
}

function tenant(table: string, app: readonly AccessVerb[], worker: readonly AccessVerb[]): TableAccess {
  return {
    table,
    row: 'organization_id = $1',
    cells: {
      netup_owner: own('select', 'insert', 'update', 'delete'),
      app_user: own('select', ...app),
      netup_worker: own('select', ...worker),
      netup_readonly: own('select'),
    },
  };
}

/** Rows that the owner writes and the others read. */
function ownersOwn(table: string, row: string, owner: Verbs, select: Cell, note?: string): TableAccess {
  const read = reading(select);
  const cells = { netup_owner: owner, app_user: read, netup_worker: read, netup_readonly: read };
  return { table, row, cells, ...(note === undefined ? {} : { note }) };
}

/** The same with some cells of a role different. */
function except(access: TableAccess, role: AccessRole, cells: Partial<Verbs>): TableAccess {
  return { ...access, cells: { ...access.cells, [role]: { ...access.cells[role], ...cells } } };
}

/** The same, the owner reaching the rows of every organization. */
function ownersToo(access: TableAccess): TableAccess {
  return { ...access, cells: { ...access.cells, netup_owner: everything } };
}

/** The same, the worker being granted some columns only. */
function workerMay(access: TableAccess, workerColumns: readonly string[]): TableAccess {
  return { ...access, workerColumns };
}

/** What is kept encrypted of upgrades: people may change the key, and nothing else. */
function keptTexts(table: string): TableAccess {
  const access = tenant(table, ['update'], ['insert', 'update', 'delete']);
  return { ...access, appColumns: ['encrypted_data', 'encryption_key_id'] };
}

/** The columns that a role may update, where it may not update all. */
export function columnsOf(access: TableAccess, role: AccessRole): readonly string[] | undefined {
  if (role === 'netup_worker') return access.workerColumns;
  return role === 'app_user' ? access.appColumns : undefined;
}

const upgradeProgress = ['status', 'closed_at', 'close_reason', 'started_at', 'finished_at', 'outcome', 'wanted'];

/** An upgrade begins as a request: what is approved cannot be inserted, whoever tries. */
const approvedUpgrades: TableAccess = workerMay(
  except(
    except(
      { ...tenant('upgrades', ['insert', 'update'], ['update']), row: "organization_id = $1 AND status = 'approved'" },
      'netup_owner',
      { insert: ['guarded', 'guarded', 'guarded'] },
    ),
    'app_user',
    { insert: ['guarded', 'guarded', 'guarded'] },
  ),
  upgradeProgress,
);

/** Every table of the schema: what every role may do to rows of its own, of another, and without an organization. */
export const accessMatrix: readonly TableAccess[] = [
  ownersOwn('organizations', 'id = $1', everything, ownRows),
  // Two people, each a member of one organization, whom the test adds.
  ownersOwn('operators', "name = 'only-' || $1", everything, ownRows),
  ownersOwn('organization_members', 'organization_id = $1', everything, ownRows),
  tenant('sites', ['insert', 'update'], []),
  workerMay(tenant('routers', ['insert', 'update'], ['update']), [
    'ssh_host_key',
    'serial',
    'current_ver',
    'status',
    'last_seen_at',
  ]),
  tenant('golden_images', ['insert', 'update', 'delete'], []),
  tenant('credentials', ['insert', 'update', 'delete'], []),
  tenant('upgrade_policies', ['insert', 'update'], []),
  // The grant is there for own policies; those for all are not there to be changed.
  except(
    ownersOwn('upgrade_policies', 'organization_id IS NULL', everything, withOrganization, 'for all organizations'),
    'app_user',
    { update: noRows },
  ),
  // A trigger that looks for the policy, or for the requester's role, comes before the check of the row.
  except(tenant('router_policy_overrides', ['insert', 'update', 'delete'], []), 'app_user', {
    insert: ['yes', 'refused', 'guarded'],
  }),
  {
    ...except(
      except(tenant('upgrades', ['insert', 'update'], ['update']), 'app_user', {
        insert: ['yes', 'guarded', 'guarded'],
      }),
      'netup_worker',
      { update: guarded },
    ),
    row: "organization_id = $1 AND status = 'pending'",
    note: 'pending',
    workerColumns: upgradeProgress,
  },
  { ...approvedUpgrades, note: 'approved' },
  workerMay(tenant('upgrade_steps', ['insert', 'update'], ['insert', 'update']), [
    'status',
    'started_at',
    'finished_at',
    'detail',
    'attempt',
    'intent',
    'evidence',
  ]),
  tenant('upgrade_checks', [], ['insert', 'update', 'delete']),
  keptTexts('config_backups'),
  keptTexts('upgrade_output'),
  // The owner's function writes them with the steps.
  ownersToo(workerMay(tenant('upgrade_points', [], ['update', 'delete']), ['written_at'])),
  // The owner's functions hand the upgrades of all organizations out to workers.
  ownersToo(tenant('upgrade_queue', [], [])),
  tenant('approval_rules', ['insert', 'update'], []),
  // Only what is pending can be approved: a trigger looks for it before the row is checked.
  except(
    except(tenant('upgrade_approvals', ['insert', 'update'], []), 'app_user', {
      insert: ['yes', 'guarded', 'guarded'],
    }),
    'netup_owner',
    { insert: ['yes', 'guarded', 'guarded'] },
  ),
  // The owner's function finds a token by its hash, which nobody else reads.
  {
    ...ownersToo(tenant('mcp_tokens', ['insert', 'update'], [])),
    appColumns: ['revoked_at'],
  },
  // A worker opens waves and stops a plan; the owner's function lists the active ones.
  workerMay(ownersToo(tenant('upgrade_plans', ['insert', 'update'], ['update'])), [
    'state',
    'reason',
    'open_wave',
    'wave_over_at',
  ]),
  // The owner's functions count slots, and look at blackouts, for all organizations.
  ownersToo(tenant('blackouts', ['insert', 'delete'], [])),
  ownersToo(tenant('upgrade_limits', ['insert', 'update'], [])),
  // The owner's functions write down what is to be told, and hand it out to workers.
  workerMay(ownersToo(tenant('webhooks', ['insert', 'update', 'delete'], ['update'])), [
    'active',
    'off_reason',
    'failing_since',
    'updated_at',
  ]),
  {
    ...workerMay(ownersToo(tenant('webhook_deliveries', ['update'], ['update', 'delete'])), [
      'attempts',
      'next_attempt_at',
      'claimed_until',
      'last_status',
      'last_error',
      'delivered_at',
    ]),
    appColumns: ['attempts', 'next_attempt_at', 'claimed_until', 'last_error'],
  },
  // A trigger looks for the admin who sets them; the owner's function for the organizations that the agent works for.
  except(ownersToo(tenant('agent_settings', ['insert', 'update'], [])), 'app_user', {
    insert: ['yes', 'guarded', 'guarded'],
  }),
  // A worker decides as the agent only; the row that is tried is a person's.
  except(
    except(tenant('decisions', ['insert'], ['insert']), 'netup_worker', { insert: ['guarded', 'guarded', 'guarded'] }),
    'netup_owner',
    { update: guarded, delete: guarded },
  ),
  tenant('router_health', [], ['insert', 'update']),
  tenant('collector_quarantine', ['delete'], ['insert', 'update', 'delete']),
  // The owner's functions share the routers of all organizations out among collectors.
  ...['collector_organizations', 'collector_shares'].map((table) => ownersToo(tenant(table, [], []))),
  except(tenant('audit_events', [], []), 'netup_owner', { update: guarded, delete: guarded }),
  // The owner's function looks at the end of every chain, and at the last checkpoint of it.
  except(tenant('audit_heads', [], []), 'netup_owner', { select: always }),
  except(tenant('audit_checkpoints', [], ['insert']), 'netup_owner', {
    select: always,
    update: guarded,
    delete: guarded,
  }),
  // The owner's function sums up the readings of every organization.
  except(tenant('telemetry_raw', [], ['insert', 'update']), 'netup_owner', { select: always }),
  tenant('telemetry_interfaces', [], ['insert', 'update']),
  tenant('telemetry_details', [], ['insert', 'update']),
  tenant('telemetry_upgrades', [], ['insert', 'update']),
  except(tenant('telemetry_hourly', [], []), 'netup_owner', { insert: always }),
  ...['vendors', 'models', 'firmware_images', 'firmware_image_models', 'telemetry_state', 'upgrade_engine'].map(
    (table) => ownersOwn(table, 'true', everything, always),
  ),
  except(ownersOwn('workers', 'true', everything, always), 'netup_worker', everything),
  ownersOwn('collectors', 'true', everything, always),
  ownersOwn('schema_migrations', 'true', reading(always), always),
];

const marks: Readonly<Record<Outcome, string>> = { yes: 'yes', hidden: '–', refused: 'no', guarded: 'guard' };

/** Everything that a document says of the matrix: the table, and the columns that some of its cells stand for. */
export function accessText(): string {
  const lists = (['netup_worker', 'app_user'] as const).map((role) => {
    const columns = new Map(
      accessMatrix.flatMap((access) => {
        const some = columnsOf(access, role)?.map((column) => `\`${column}\``);
        return some === undefined ? [] : [[access.table, some.join(', ')]];
      }),
    );
    const lines = [...columns].map(([table, list]) => `- \`${table}\`: ${list}`);
    return `\`some\`: \`${role}\` may update these columns, and no others:\n\n${lines.join('\n')}`;
  });
  return [accessTable(), ...lists].join('\n\n');
}

/** The matrix as a Markdown table as Prettier writes one. A cell is own / other / unset, or one word where all three are equal. */
function accessTable(): string {
  const cell = (outcomes: Cell, some: boolean): string => {
    const words = outcomes.map((outcome) => (some && outcome === 'yes' ? 'some' : marks[outcome]));
    return words.every((word) => word === words[0]) ? (words[0] ?? '') : words.join(' / ');
  };
  const rows = accessMatrix.flatMap((access) =>
    accessRoles.map((role) => [
      `\`${access.table}\`${access.note === undefined ? '' : ` (${access.note})`}`,
      `\`${role}\``,
      ...accessVerbs.map((verb) =>
        cell(access.cells[role][verb], verb === 'update' && columnsOf(access, role) !== undefined),
      ),
    ]),
  );
  const lines = [['table', 'role', ...accessVerbs], ...rows];
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const text = (line: readonly string[]): string =>
    `| ${line.map((value, column) => value.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [text(lines[0] ?? []), rule, ...lines.slice(1).map(text)].join('\n');
}
