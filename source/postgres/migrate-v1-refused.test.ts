import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { useV1Database, V1_ROWS } from '../../test/support/v1.ts';
import { migrate } from './migrate.ts';

const v1 = useV1Database(useDatabase());

/** What is wrong with a row, and how it is said. */
const FAULTS: readonly (readonly [change: string, sentence: RegExp])[] = [
  [
    'ALTER TABLE upgrade_policies DROP CONSTRAINT upgrade_policies_pkey CASCADE; UPDATE upgrade_policies SET id = 1 WHERE id = 3',
    /2 rows of upgrade_policies have the id 1/u,
  ],
  ["UPDATE vendors SET name = 'Cisco'", /2 vendors are called 'Cisco'/u],
  ["UPDATE models SET platform = 'ios-xr' WHERE name = 'MX204'", /model 'MX204' has the platform 'ios-xr'/u],
  [
    "UPDATE routers SET hostname = 'ams-core-01' WHERE id = 'R2'",
    /routers R1, R2 have the same hostname 'ams-core-01'/u,
  ],
  [
    "UPDATE routers SET mgmt_ip = '10.0.0.256' WHERE id = 'R1'",
    /router R1 has the address '10\.0\.0\.256', which is none/u,
  ],
  ["UPDATE routers SET mgmt_ip = '' WHERE id = 'R1'", /router R1 has the address '', which is none/u],
  ["UPDATE routers SET status = 'lab' WHERE id = 'R3'", /router R3 has the status 'lab'/u],
  [
    "UPDATE routers SET vendor_id = gen_random_uuid() WHERE id IN ('R1', 'R2')",
    /router R1 has a vendor .* that is not there \(and 1 more/u,
  ],
  [
    "UPDATE firmware_images SET sha256 = 'x' WHERE is_golden",
    /image 'asr1000.*' has no version, no size or no SHA-256/u,
  ],
  [
    "UPDATE credentials SET credential_type = 'telnet' WHERE name = 'routers'",
    /credential 'routers' has the type 'telnet'/u,
  ],
  ["UPDATE credentials SET name = 'routers'", /2 credentials are called 'routers'/u],
  [
    'UPDATE upgrade_policies SET max_cpu_percent = 33.333 WHERE id = 3',
    /policy 3 has a limit with more than two decimals/u,
  ],
  ["UPDATE router_policy_overrides SET reason = ''", /the override of router R2 has no reason/u],
  [
    "UPDATE upgrades SET status = 'running' WHERE id = 4",
    /upgrade 4 of router R1 is running, and a worker would act on it/u,
  ],
  ["UPDATE upgrades SET status = 'paused' WHERE id = 4", /upgrade 4 of router R1 is paused/u],
  ["UPDATE upgrades SET status = 'stuck' WHERE id = 4", /upgrade 4 has the status 'stuck'/u],
  ["UPDATE upgrades SET status = 'draft' WHERE id = 1", /router R1 has the open upgrades 1, 4, and may have one/u],
  ["UPDATE upgrades SET approved_by = 'Ben' WHERE id = 1", /'Ben' and 'ben' would all be the operator ben/u],
  ["UPDATE upgrades SET approved_by = 'ben' WHERE id = 1", /upgrade 1 was approved by 'ben', who requested it/u],
  ["UPDATE upgrade_steps SET name = 'dance' WHERE upgrade_id = 2", /upgrade 2 has a step 'dance'/u],
  ['UPDATE audit_events SET upgrade_id = 99 WHERE id = 3', /audit row 3 is of upgrade 99, which is not there/u],
];

describe('a database of version 1', () => {
  it('is refused before anything changes, with a sentence that names the row', async () => {
    const { sql } = v1;
    // Puts every row back after a case: quicker than a new database.
    const tables = Object.keys(V1_ROWS);
    await sql
      .unsafe(`CREATE SCHEMA saved; ${tables.map((name) => `CREATE TABLE saved.${name} AS TABLE ${name};`).join('')}`)
      .simple();
    const restore = tables.map((name) => `DELETE FROM ${name}; INSERT INTO ${name} TABLE saved.${name};`).join('');
    for (const [change, sentence] of FAULTS) {
      await sql.unsafe(change).simple();
      for (const dryRun of [true, false]) {
        const message = await v1.refusal({ dryRun });
        expect([change, message]).toEqual([change, expect.stringMatching(sentence)]);
        expect(message).toMatch(/^UserError: In the database of version 1 .*: mend it there\. Nothing was changed\.$/u);
      }
      expect(await sql`SELECT to_regclass('organizations') AS ours, to_regnamespace('netup_v1') AS old`).toEqual([
        { ours: null, old: null },
      ]);
      await sql.begin((tx) => tx.unsafe(`SET LOCAL session_replication_role = replica; ${restore}`).simple());
    }
    expect(await migrate(v1.settings(), { dryRun: true })).toMatchObject({ fromV1: { rows: V1_ROWS } });
  });

  it('is refused by the tables themselves where no check foresees it, and left as it was', async () => {
    await v1.sql`ALTER TABLE upgrade_steps ALTER position TYPE bigint`;
    await v1.sql`UPDATE upgrade_steps SET position = 5000000000 WHERE upgrade_id = 2`;
    const before = await v1.state();
    expect(await v1.refusal()).toBe(
      'UserError: A row of version 1 does not fit (integer out of range): mend it there. Nothing was changed.',
    );
    expect(await v1.state()).toEqual(before);
  });

  it('is refused while somebody works with it', async () => {
    const other = await v1.sql.reserve();
    await other`BEGIN`;
    await other`UPDATE routers SET serial = 'x' WHERE id = 'R1'`;
    expect(await v1.refusal()).toMatch(/^UserError: The tables of version 1 are in use: stop the programs/u);
    await other`ROLLBACK`;
    other.release();
  });
});

describe('what is not version 1', () => {
  it('is refused with a sentence, and left as it is', async () => {
    await v1.sql`ALTER TABLE routers DROP COLUMN mgmt_ip`;
    expect(await v1.refusal()).toMatch(
      /looks like one of version 1, but routers\.mgmt_ip is missing; docs\/migrations\.md/u,
    );
    await v1.sql`ALTER TABLE routers ADD COLUMN mgmt_ip inet, ADD COLUMN organization_id uuid`;
    expect(await v1.refusal()).toMatch(/but routers has an organization_id/u);
    await v1.sql`DROP TABLE upgrade_steps`;
    expect(await v1.refusal()).toMatch(
      /neither empty nor one of netup-tui \(it has audit_events, credentials, .* more\): set PG_DB/u,
    );
    await v1.sql`DROP SCHEMA public CASCADE`;
    await v1.sql`CREATE SCHEMA public`;
    // Of another program.
    await v1.sql`CREATE TABLE schema_migrations (version bigint)`;
    expect(await v1.refusal({ dryRun: true })).toMatch(/UserError: .*it has schema_migrations\)/u);
    await v1.sql`DROP TABLE schema_migrations`;
    expect(await migrate(v1.settings(), { dryRun: true })).not.toHaveProperty('fromV1');
  });

  it('is refused where the place of its old tables is taken', async () => {
    await v1.sql`CREATE SCHEMA netup_v1`;
    expect(await v1.refusal()).toMatch(/has a schema netup_v1 as well/u);
  });
});
