import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetUpgrades, useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const database = useDatabase();
let seed: Seed;
let worker: postgres.Sql;
let app: postgres.Sql;
// A login of its own, as in production: it has the role by membership.
const login = `worker_login_${process.pid}_${Date.now()}`;

beforeAll(async () => {
  seed = await database.seed();
  await database.admin.unsafe(`CREATE ROLE ${login} LOGIN PASSWORD 'test' IN ROLE netup_worker`);
  const connection = { 'app.current_org_id': seed.acme.id };
  const { host, port, database: name, user, password } = database.settings('app_user');
  const options = { host, port, database: name, max: 1, connection, onnotice: () => undefined };
  worker = postgres({ ...options, user: login, password: 'test' });
  app = postgres({ ...options, user, password });
});
afterAll(async () => {
  await Promise.all([worker.end(), app.end()]);
  await database.admin.unsafe(`DROP ROLE ${login}`);
});

/** SQLSTATE of a refusal; `guard` if a trigger of ours refused it; else how many rows it changed. */
async function outcome(query: Promise<{ readonly count: number }>): Promise<string | number> {
  try {
    return (await query).count;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    return error.routine === 'exec_stmt_raise' ? 'guard' : error.code;
  }
}

describe('a worker, by raw SQL, on an upgrade', () => {
  let id = '';
  const set = (change: Record<string, postgres.SerializableParameter>): Promise<string | number> =>
    outcome(worker`UPDATE upgrades SET ${worker(change)} WHERE id = ${id}`);

  beforeEach(async () => {
    await forgetUpgrades(database.admin);
    const [row] = await app<{ id: string }[]>`
      INSERT INTO upgrades (organization_id, router_id, image_id, policy_id, from_ver, to_ver, schedule_kind, scheduled_at, decision,
        gates, batch_id, idempotency_key, requested_by)
      VALUES (${seed.acme.id}, 'ams-core-01', ${seed.images.asr}, ${seed.policies.any}, '17.09.04a', '17.12.03', 'at', now(),
        'approve', '[]', gen_random_uuid(), gen_random_uuid(), ${seed.ben.id})
      RETURNING id`;
    id = row?.id ?? '';
    await app`INSERT INTO upgrade_steps (organization_id, upgrade_id, position, name) VALUES (${seed.acme.id}, ${id}, 1, 'precheck')`;
  });

  const approve = async (): Promise<void> => {
    await app`UPDATE upgrades SET status = 'approved', approved_by = ${seed.ana.id}, approved_at = now() WHERE id = ${id}`;
  };

  it('records no approval, whether or not there is one, and in nobody’s name', async () => {
    for (const status of ['pending', 'approved']) {
      if (status === 'approved') await approve();
      expect(await set({ approved_by: seed.ana.id, approved_at: new Date() })).toBe('42501');
      expect(await set({ approved_at: new Date() })).toBe('42501');
      expect(await set({ approved_by: null })).toBe('42501');
    }
  });

  it('neither starts, rejects nor closes what nobody approved', async () => {
    for (const status of ['approved', 'rejected', 'cancelled', 'running', 'success', 'pending']) {
      expect([status, await set({ status, close_reason: 'x' })]).toEqual([status, 'guard']);
    }
    const [row] = await database.admin`SELECT status, close_reason FROM upgrades WHERE id = ${id}`;
    expect(row).toEqual({ status: 'pending', close_reason: null });
  });

  it('changes nothing of what was asked for: each column of it is refused', async () => {
    await approve();
    const rights = await database.admin<{ name: string }[]>`
      SELECT attname AS name FROM pg_attribute
      WHERE attrelid = 'upgrades'::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = ''`;
    const writable = ['status', 'closed_at', 'close_reason', 'started_at', 'finished_at', 'outcome', 'wanted'];
    for (const { name } of rights) {
      const result = await outcome(worker.unsafe(`UPDATE upgrades SET ${name} = ${name} WHERE id = ${id}`));
      expect({ [name]: result }).toEqual({ [name]: writable.includes(name) ? 1 : '42501' });
    }
    expect(await outcome(worker.unsafe(`UPDATE upgrades SET id = DEFAULT WHERE id = ${id}`))).toBe('42501');
  });

  it('carries it out: starts, pauses and ends it, and tells of its steps', async () => {
    await approve();
    for (const status of ['scheduled', 'running', 'paused', 'running', 'failed', 'running', 'success']) {
      expect([status, await set({ status })]).toEqual([status, 1]);
    }
    const step = worker`UPDATE upgrade_steps SET status = 'success', started_at = now(), finished_at = now(), detail = 'ok'
      WHERE upgrade_id = ${id} AND position = 1`;
    expect(await outcome(step)).toBe(1);
    for (const change of [{ position: 2 }, { name: 'rollback' }, { upgrade_id: id }]) {
      expect(await outcome(worker`UPDATE upgrade_steps SET ${worker(change)} WHERE upgrade_id = ${id}`)).toBe('42501');
    }
    expect(await set({ close_reason: 'another story' })).toBe('guard');
  });

  it('rolls it back, and ends with a reason', async () => {
    await approve();
    await set({ status: 'running' });
    expect(await set({ status: 'rolled_back', closed_at: new Date(), close_reason: 'BGP did not come up' })).toBe(1);
  });

  it('leaves what people closed as it is', async () => {
    await app`UPDATE upgrades SET status = 'rejected', closed_by = ${seed.ana.id}, closed_at = now(), close_reason = 'no' WHERE id = ${id}`;
    expect(await set({ close_reason: 'yes' })).toBe('guard');
  });

  it('asks for none itself, and removes none', async () => {
    await approve();
    const columns = (
      await database.admin<{ name: string }[]>`
      SELECT attname AS name FROM pg_attribute WHERE attrelid = 'upgrades'::regclass AND attnum > 0 AND attidentity = ''
      AND NOT attisdropped`
    ).map(({ name }) => name);
    const copy = `INSERT INTO upgrades (${columns.join()}) SELECT ${columns.join()} FROM upgrades WHERE id = ${id}`;
    expect(await outcome(worker.unsafe(copy))).toBe('42501');
    expect(await outcome(worker`DELETE FROM upgrades WHERE id = ${id}`)).toBe('42501');
    expect(await outcome(worker`TRUNCATE upgrades`)).toBe('42501');
  });
});

describe('a worker, by raw SQL, on a router', () => {
  const set = (change: Record<string, postgres.SerializableParameter>): Promise<string | number> =>
    outcome(worker`UPDATE routers SET ${worker(change)} WHERE id = 'ams-core-01'`);

  it('writes what the device tells', async () => {
    expect(await set({ current_ver: '17.12.03', serial: 'FOX1', last_seen_at: new Date(), status: 'offline' })).toBe(1);
  });

  it('writes nothing else', async () => {
    for (const name of ['hostname', 'mgmt_ip', 'mgmt_port', 'site_id', 'vendor_id', 'model_id', 'target_ver', 'id']) {
      expect({ [name]: await outcome(worker.unsafe(`UPDATE routers SET ${name} = ${name}`)) }).toEqual({
        [name]: '42501',
      });
    }
  });

  it('notes the first host key, and replaces none; a person may', async () => {
    await database.admin`UPDATE routers SET ssh_host_key = NULL WHERE organization_id = ${seed.acme.id} AND id = 'ams-core-01'`;
    expect(await set({ ssh_host_key: 'SHA256:first' })).toBe(1);
    expect(await set({ ssh_host_key: 'SHA256:first' })).toBe(1);
    for (const key of ['SHA256:second', null]) expect(await set({ ssh_host_key: key })).toBe('guard');
    expect(await outcome(app`UPDATE routers SET ssh_host_key = 'SHA256:second' WHERE id = 'ams-core-01'`)).toBe(1);
  });

  it('neither retires a router nor brings one back', async () => {
    expect(await set({ status: 'retired' })).toBe('guard');
    await app`UPDATE routers SET status = 'retired' WHERE id = 'ams-core-01'`;
    expect(await set({ status: 'active' })).toBe('guard');
    expect(await outcome(app`UPDATE routers SET status = 'active' WHERE id = 'ams-core-01'`)).toBe(1);
  });
});
