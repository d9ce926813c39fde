import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkDisk } from '../source/cli/doctor/disk.ts';
import { readSettings } from '../source/config/environment.ts';
import { version } from '../source/config/package-root.ts';
import { type Database, openDatabase } from '../source/postgres/database.ts';
import { announceWorker } from '../source/postgres/workers.ts';
import { claimUpgrades } from '../source/postgres/upgrade-queue.ts';
import { shareRouters } from '../source/postgres/collectors.ts';
import { beginUpgrade, leasedTransaction } from '../source/postgres/upgrade-run-writes.ts';
import { approveUpgrade } from '../source/upgrades/decide.ts';
import { requestUpgrades } from '../source/upgrades/request.ts';
import { type Diagnosis, diagnose, nothing } from './support/doctor.ts';
import { forgetUpgrades, useDatabase } from './support/postgres.ts';
import { writeSteady } from './support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from './support/upgrades.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'netup-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const database = useDatabase();
const world = useUpgradeWorld(database);
const ROUTER = 'ams-edge-01';
let worker: Database;

beforeAll(async () => {
  worker = openDatabase(database.settings('netup_worker'));
  return () => worker.close();
});
afterEach(async () => {
  await forgetUpgrades(database.admin);
  await database.admin`DELETE FROM workers`;
  await database.admin`DELETE FROM collectors`;
  await database.admin`DELETE FROM mcp_tokens`;
});

const doctor = (env: Record<string, string> = {}): Promise<Diagnosis> => diagnose(database, folder, [], env);
const presence = (programVersion = version) => ({
  id: randomUUID(),
  host: 'bastion',
  pid: 41,
  programVersion,
  slots: 5,
});
const news = { busy: 0, clockAhead: 0 };

async function approved(): Promise<void> {
  const { services, as, seed } = world();
  await writeSteady(world().telemetry, seed.acme.id, [ROUTER]);
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest([ROUTER], seed.images.mx));
  await approveUpgrade(services, as.ana, upgrades[0]?.upgradeId ?? '');
}

const later = (minutes: number) =>
  database.admin`UPDATE upgrade_queue SET due_at = due_at - ${minutes} * interval '1 minute', lease_expires_at = lease_expires_at - ${minutes} * interval '1 minute'`;

describe('workers', () => {
  test('are missed when an upgrade is due and none is there', async () => {
    await approved();
    expect(await doctor()).toEqual(nothing);
    await later(2);
    expect(await doctor()).toEqual({ code: 1, found: ['fail workers: acme: 1 upgrade wait, and no worker is there.'] });
    await announceWorker(worker, presence(), news);
    expect(await doctor()).toEqual(nothing);
    await database.admin`UPDATE workers SET seen_at = now() - interval '5 minutes'`;
    expect((await doctor()).found).toEqual([
      expect.stringMatching(
        /^fail workers: acme: 1 upgrade wait, and no worker is there; 41 on bastion was heard of 5 min ago\.$/u,
      ),
    ]);
  });

  test('that let an upgrade lie which was begun are told of', async () => {
    await approved();
    const one = presence();
    await announceWorker(worker, one, news);
    const [claim] = await claimUpgrades(worker, one.id, 1, { lease: 20_000, margin: 0 });
    if (claim === undefined) throw new Error('the upgrade was not given out');
    await leasedTransaction(worker.organization(claim.organizationId), claim, (sql) =>
      beginUpgrade(sql, claim.upgradeId),
    );
    expect(await doctor()).toEqual(nothing);
    await later(5);
    expect(await doctor()).toEqual({
      code: 0,
      found: ['warn workers: acme: 1 upgrade that were begun have had no worker for minutes.'],
    });
  });

  test('of another version than this program are told of', async () => {
    await announceWorker(worker, presence('0.0.9'), news);
    expect(await doctor()).toEqual({
      code: 0,
      found: [`warn workers: the worker 41 on bastion is netup-tui 0.0.9, and this is ${version}`],
    });
  });
});

describe('collectors', () => {
  const collector = (host: string, programVersion = version) => ({
    id: randomUUID(),
    host,
    pid: 42,
    programVersion,
    atOnce: 10,
    organizations: null,
  });
  const terms = { lease: 20_000, margin: 0 };

  test('that ended without a word are missed, and more if there is no other', async () => {
    const gone = collector('north');
    await shareRouters(worker, gone, { routers: 12, silent: 0 }, terms);
    expect(await doctor()).toEqual(nothing);
    await database.admin`UPDATE collectors SET seen_at = now() - interval '3 minutes', lease_expires_at = now() - interval '2 minutes'`;
    expect(await doctor()).toEqual({
      code: 1,
      found: [
        'fail collectors: the collector 42 on north has ended without a word, 3 min ago, and none polls its routers.',
      ],
    });
    await shareRouters(worker, collector('south'), { routers: 12, silent: 0 }, terms);
    expect(await doctor()).toEqual({
      code: 0,
      found: [
        'warn collectors: the collector 42 on north has ended without a word, 3 min ago; others have its routers.',
      ],
    });
  });

  test('of another version, and those whose routers are silent, are told of', async () => {
    await shareRouters(worker, collector('north', '0.0.9'), { routers: 12, silent: 3 }, terms);
    expect((await doctor()).found).toEqual([
      'warn collectors: 3 of 12 routers of the collector on north do not answer.',
      `warn collectors: the collector 42 on north is netup-tui 0.0.9, and this is ${version}`,
    ]);
  });
});

test('a trail that nobody signs is told of after half an hour', async () => {
  await approved();
  expect(await doctor()).toEqual(nothing);
  const [head] = await database.admin<{ seq: string }[]>`
    SELECT seq FROM audit_heads WHERE organization_id = ${world().seed.acme.id}`;
  const rows = Number(head?.seq);
  await database.admin.begin(async (sql) => {
    await sql`SET LOCAL session_replication_role = replica`;
    await sql`UPDATE audit_events SET "timestamp" = "timestamp" - interval '31 minutes'`;
  });
  expect(await doctor()).toEqual({
    code: 0,
    found: [`warn audit key: acme: ${rows} rows of the audit trail are not signed, some for more than half an hour.`],
  });
  await database.admin`
    INSERT INTO audit_checkpoints (organization_id, seq, hash, "timestamp", made_at, key_id, signature)
    VALUES (${world().seed.acme.id}, ${rows}, '\\x00', now(), now(), 'k', '\\x00')`;
  expect(await doctor()).toEqual(nothing);
});

test('tokens of assistants that are in use are told of before and after they expire', async () => {
  const { acme, ben, ada } = world().seed;
  const add = (name: string, days: number, used: boolean) => database.admin`
    INSERT INTO mcp_tokens (organization_id, name, token_hash, operator_id, role, created_by, created_at, expires_at, last_used_at)
    VALUES (${acme.id}, ${name}, decode(md5(${name + String(days)}) || md5('x'), 'hex'), ${ben.id}, 'viewer', ${ada.id}, now() - interval '90 days',
      now() + ${days} * interval '1 day', ${used ? database.admin`now()` : null})`;
  await add('fresh', 60, true);
  await add('unused', 2, false);
  expect(await doctor()).toEqual(nothing);
  await add('soon', 2, true);
  await add('over', -1, true);
  expect((await doctor()).found).toEqual([
    expect.stringMatching(
      /^warn mcp tokens: acme: the token over of ben has expired .* ago, and is refused since then\.$/u,
    ),
    expect.stringMatching(/^warn mcp tokens: acme: the token soon of ben expires in .*\.$/u),
  ]);
});

test('a disk without room for the spool is told of', () => {
  const influx = { INFLUX_URL: 'http://127.0.0.1:1', INFLUX_TOKEN: 't', INFLUX_ORG: 'o', INFLUX_BUCKET: 'b' };
  const settings = readSettings({ ...influx, NETUP_STATE_DIR: folder, NETUP_SPOOL_MAX: '1MB' });
  expect(checkDisk({ settings })).toEqual([]);
  // More than any disk has.
  const spool = { ...settings.spool, maxBytes: Number.MAX_SAFE_INTEGER };
  expect(checkDisk({ settings: { ...settings, spool } })).toEqual([
    expect.objectContaining({
      state: 'warn',
      check: 'disk',
      found: expect.stringMatching(/^\S+ \S+ are free for .*spool, /u),
    }),
  ]);
  expect(checkDisk({ settings: { ...settings, spool, influx: null } })).toEqual([]);
});
