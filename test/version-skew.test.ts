import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { migrate } from '../source/postgres/migrate.ts';
import { databaseVariables, useCli } from './support/cli.ts';
import { newKey } from './support/encryption-keys.ts';
import { useDatabase } from './support/postgres.ts';
import { queueUpgrades } from './support/queued-upgrades.ts';

const cli = useCli();
const database = useDatabase();
const folder = mkdtempSync(path.join(tmpdir(), 'netup-skew-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const PATIENT = { timeout: 20_000, interval: 100 };

const env = (): Record<string, string> => ({
  ...databaseVariables(database.settings('netup_worker')),
  NETUP_AUDIT_KEY_FILE: path.join(folder, 'audit-key'),
  NETUP_AUDIT_CHECKPOINTS: path.join(folder, 'checkpoints.jsonl'),
  NETUP_ENCRYPTION_KEYS: `k1:${newKey()}`,
});

beforeAll(async () => {
  await cli.run(['audit', 'key', 'create'], env());
});

/** What the next version would add to the tables. */
async function migrateToNextVersion(): Promise<void> {
  const migrations = path.join(folder, 'migrations');
  mkdirSync(migrations);
  cpSync(path.join(import.meta.dirname, '..', 'sql', 'migrations'), migrations, { recursive: true });
  const next = 'SET LOCAL ROLE netup_owner;\nALTER TABLE upgrades ADD COLUMN next_version text;\n';
  writeFileSync(path.join(migrations, '999-next.sql'), next);
  await migrate(database.adminSettings(), { folder: migrations });
}

test('a worker goes on while the tables become newer, says that it is old, and is not started anew on them', async () => {
  const seed = await database.seed();
  const worker = cli.start(['worker', '--metrics', '0'], env());
  let said = '';
  worker.child.stdout.on('data', (chunk) => (said += String(chunk)));
  const url = await vi.waitFor(() => {
    const found = /http:\/\/127\.0\.0\.1:\d+(?=\/metrics)/u.exec(said)?.[0];
    if (found === undefined) throw new Error(said);
    return found;
  }, PATIENT);
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), PATIENT);

  await migrateToNextVersion();
  const [id = ''] = await queueUpgrades(database.admin, seed, [{}]);
  await database.admin`NOTIFY netup_queue`;
  await vi.waitFor(async () => {
    const [row] = await database.admin<{ status: string; worker: string | null }[]>`
      SELECT u.status, q.lease_epoch::text AS worker FROM upgrades AS u JOIN upgrade_queue AS q ON q.upgrade_id = u.id WHERE u.id = ${id}`;
    expect(row).toEqual({ status: 'success', worker: '1' });
  }, PATIENT);
  await vi.waitFor(
    async () =>
      expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({
        ready: false,
        checks: { database: 'ok', tables: 'not those of this version', leases: 'ok' },
      }),
    PATIENT,
  );

  const started = await cli.run(['worker'], env());
  expect(started).toMatchObject({ code: 1, stderr: expect.stringMatching(/tables are newer than this program/u) });
  worker.child.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
  expect(await database.admin`SELECT 1 FROM workers`).toHaveLength(0);
}, 60_000);

test('a worker of the new version is not started before the migration', async () => {
  await database.admin`DELETE FROM schema_migrations WHERE name = '999-next'`;
  await database.admin`DELETE FROM schema_migrations WHERE name = (SELECT max(name) FROM schema_migrations)`;
  const started = await cli.run(['worker'], env());
  expect(started).toMatchObject({ code: 1, stderr: expect.stringMatching(/1 behind this program/u) });
});
