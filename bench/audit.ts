import type postgres from 'postgres';
import { openDatabase, type OrganizationScope } from '../source/postgres/database.ts';
import { verifyAudit } from '../source/postgres/audit-verify.ts';
import { type Organizations, SMALL, startOrganizations } from './organizations.ts';
import { quantile, type Result, result } from './result.ts';

const SPEND_MS = 3000;
const ROUNDS = 3;
const CLIENTS = 8;
const BATCH = 1000;
const VERIFIED = 200_000;

/** Appends to the audit trail of one organization, next to the same rows inserted into a plain table; and a walk along the chain. */
export async function benchAudit(): Promise<readonly Result[]> {
  const organizations = await startOrganizations();
  const clients = Array.from({ length: CLIENTS }, () => organizations.as(SMALL));
  const [first = organizations.admin] = clients;
  const database = openDatabase(organizations.settings);
  try {
    await makeFloor(organizations.admin);
    const figures = new Map<string, number[]>();
    // In turn, so that what else the machine does falls on all alike.
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, perSecond] of Object.entries({
        one: () => rate([first], APPEND, 1),
        oneFloor: () => rate([first], INSERT, 1),
        many: () => rate(clients, APPEND, 1),
        manyFloor: () => rate(clients, INSERT, 1),
        batch: () => rate([first], APPEND, BATCH),
        batchFloor: () => rate([first], INSERT, BATCH),
      })) {
        figures.set(name, [...(figures.get(name) ?? []), await perSecond()]);
      }
    }
    const row = (name: string, own: string, floor: string, goal: number): Result => {
      const measured = figures.get(own) ?? [];
      return result(`audit: ${name}`, quantile(measured, 0.5), 'rows/s', {
        best: Math.max(...measured),
        reference: quantile(figures.get(floor) ?? [], 0.5),
        goal,
        atLeast: true,
      });
    };
    return [
      row('single appends, one client', 'one', 'oneFloor', 1500),
      row(`single appends, ${CLIENTS} clients`, 'many', 'manyFloor', 1500),
      row(`appends of ${BATCH} rows`, 'batch', 'batchFloor', 30_000),
      await verified(organizations, first, database.organization(SMALL)),
    ];
  } finally {
    await database.close();
    await organizations.stop();
  }
}

const APPEND = 'SELECT audit_append_batch($1::text::jsonb)';
/** The same columns, read from the same JSON: what is left is the work of the chain. */
const INSERT = `INSERT INTO audit_floor SELECT current_org_id(), e.* FROM jsonb_to_recordset($1::text::jsonb) AS e (occurred_at timestamptz,
  actor_id uuid, actor_name text, actor_role text, action text, target_type text, target_id text, router_id text, upgrade_id bigint,
  before jsonb, after jsonb, reason text, source text, correlation_id text)`;

/** A table with the indexes of the trail and without its chain, partitions and triggers. */
async function makeFloor(admin: postgres.Sql): Promise<void> {
  await admin
    .unsafe(
      `
    CREATE TABLE audit_floor (organization_id uuid, occurred_at timestamptz, actor_id uuid, actor_name text, actor_role text, action text,
      target_type text, target_id text, router_id text, upgrade_id bigint, before jsonb, after jsonb, reason text, source text,
      correlation_id text, seq bigint GENERATED ALWAYS AS IDENTITY, "timestamp" timestamptz DEFAULT clock_timestamp());
    ALTER TABLE audit_floor ADD PRIMARY KEY (organization_id, seq, "timestamp");
    CREATE INDEX ON audit_floor ("timestamp" DESC);
    CREATE INDEX ON audit_floor (organization_id, router_id, "timestamp" DESC) WHERE router_id IS NOT NULL;
    GRANT INSERT ON audit_floor TO app_user;`,
    )
    .simple();
}

/** Rows a second over some seconds, each statement a transaction of its own. */
async function rate(clients: readonly postgres.Sql[], statement: string, rowsEach: number): Promise<number> {
  const rows = JSON.stringify(Array.from({ length: rowsEach }, (_, index) => event(index)));
  const start = performance.now();
  const counts = await Promise.all(
    clients.map(async (sql) => {
      let count = 0;
      for (; performance.now() - start < SPEND_MS; count += rowsEach) await sql.unsafe(statement, [rows]);
      return count;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0) / ((performance.now() - start) / 1000);
}

function event(index: number): Record<string, unknown> {
  return {
    actor_name: 'operator-1',
    actor_role: 'operator',
    action: 'router.set',
    target_type: 'router',
    target_id: `r${index}`,
    router_id: `r${index}`,
    before: { target_ver: '22.4R3-S2', status: 'active' },
    after: { target_ver: '23.4R1', status: 'maintenance' },
    reason: 'CHG0012345: quarterly firmware',
    source: 'console',
    correlation_id: '5a0c2f1e-6f5f-4f3c-9b3b-0f6b7d2f6a10',
  };
}

/** The walk over a chain of 200,000 rows. */
async function verified({ admin }: Organizations, client: postgres.Sql, scope: OrganizationScope): Promise<Result> {
  const rows = JSON.stringify(Array.from({ length: BATCH }, (_, index) => event(index)));
  const length = async (): Promise<number> => {
    const [head] = await client<[{ seq: number }]>`SELECT seq::int FROM audit_heads`;
    return head.seq;
  };
  while ((await length()) < VERIFIED) await client.unsafe(APPEND, [rows]);
  await admin`VACUUM ANALYZE audit_events`;
  const perRow: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    const report = await verifyAudit(scope);
    if (report.fault !== null) throw new Error(`the chain does not verify: ${JSON.stringify(report.fault)}`);
    perRow.push((performance.now() - start) / report.rows);
  }
  return result('audit: verify 200,000 rows', quantile(perRow, 0.5) * VERIFIED, 'ms', {
    best: Math.min(...perRow) * VERIFIED,
    goal: 3000,
  });
}
