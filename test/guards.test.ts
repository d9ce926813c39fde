import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetUpgrades, useDatabase } from './support/postgres.ts';
import type { Seed } from './support/seed.ts';

const database = useDatabase();
let seed: Seed;
let sql: postgres.Sql;

beforeAll(async () => {
  seed = await database.seed();
  const { host, port, database: name, user, password } = database.settings('app_user');
  const connection = { 'app.current_org_id': seed.acme.id };
  sql = postgres({ host, port, database: name, user, password, max: 2, connection, onnotice: () => undefined });
});
afterAll(() => sql.end());

async function code(query: Promise<unknown>): Promise<string> {
  try {
    await query;
    return 'accepted';
  } catch (error) {
    if (error instanceof postgres.PostgresError) return error.constraint_name ?? error.code;
    throw error;
  }
}

const request = (operator: string, router: string): postgres.PendingQuery<{ id: string }[]> => sql`
  INSERT INTO upgrades (organization_id, router_id, image_id, policy_id, from_ver, to_ver, schedule_kind, decision, gates,
    batch_id, idempotency_key, requested_by)
  VALUES (${seed.acme.id}, ${router}, ${seed.images.asr}, ${seed.policies.any}, '17.09.04a', '17.12.03', 'now', 'approve', '[]',
    gen_random_uuid(), gen_random_uuid(), ${operator})
  RETURNING id`;

const approve = (id: string, operator: string): Promise<unknown> =>
  sql`UPDATE upgrades SET status = 'approved', approved_by = ${operator}, approved_at = now() WHERE id = ${id}`;

describe('an upgrade, by raw SQL as app_user', () => {
  let id = '';
  beforeEach(async () => {
    await forgetUpgrades(database.admin);
    id = (await request(seed.ana.id, 'ams-core-01'))[0]?.id ?? '';
  });

  it('is not approved by its requester, whatever their role', async () => {
    expect(await code(approve(id, seed.ana.id))).toBe('upgrades_four_eyes');
    expect(await code(sql`UPDATE upgrades SET requested_by = ${seed.ben.id} WHERE id = ${id}`)).toBe('23514');
  });

  it('is approved by another approver, once', async () => {
    expect(await code(approve(id, seed.ada.id))).toBe('accepted');
    expect(await code(sql`UPDATE upgrades SET approved_at = now() + interval '1 h' WHERE id = ${id}`)).toBe('23514');
    expect(await code(sql`UPDATE upgrades SET status = 'pending' WHERE id = ${id}`)).toBe('23514');
  });

  it('is neither requested nor approved by those whose role does not allow it', async () => {
    expect(await code(approve(id, seed.ben.id))).toBe('42501');
    expect(await code(approve(id, seed.cy.id))).toBe('42501');
    expect(await code(request(seed.cy.id, 'ams-edge-01'))).toBe('42501');
    await database.admin`UPDATE operators SET is_active = false WHERE id = ${seed.ada.id}`;
    expect(await code(approve(id, seed.ada.id))).toBe('42501');
    await database.admin`UPDATE operators SET is_active = true WHERE id = ${seed.ada.id}`;
  });

  it('does not change what it is about', async () => {
    for (const change of [
      { to_ver: '9' },
      { image_id: seed.images.mx },
      { router_id: 'ams-edge-01' },
      { gates: '{}' },
      { decision: 'reject' },
    ]) {
      expect(await code(sql`UPDATE upgrades SET ${sql(change)} WHERE id = ${id}`)).toBe('23514');
    }
  });

  it('is the only open one of its router', async () => {
    expect(await code(request(seed.ben.id, 'ams-core-01'))).toBe('idx_upgrades_one_open');
    await sql`UPDATE upgrades SET status = 'cancelled' WHERE id = ${id}`;
    expect(await code(request(seed.ben.id, 'ams-core-01'))).toBe('accepted');
  });

  it('is not rejected without a reason, and not born approved', async () => {
    expect(await code(sql`UPDATE upgrades SET status = 'rejected' WHERE id = ${id}`)).toBe(
      'upgrades_rejected_with_reason',
    );
    expect(
      await code(sql`INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, status, schedule_kind,
        decision, gates, batch_id, idempotency_key, requested_by, approved_by, approved_at)
        VALUES (${seed.acme.id}, 'ams-edge-01', ${seed.images.mx}, '1', '2', 'approved', 'now', 'approve', '[]',
        gen_random_uuid(), gen_random_uuid(), ${seed.ben.id}, ${seed.ana.id}, now())`),
    ).toBe('23514');
  });
});

describe('notifications', () => {
  it('carry ids only, and nothing but a hint for many rows', async () => {
    const received: string[] = [];
    const subscription = await sql.listen(`netup_${seed.acme.id.replaceAll('-', '')}`, (payload) =>
      received.push(payload),
    );
    await sql`UPDATE routers SET target_ver = '17.12.04' WHERE id = 'ams-core-01'`;
    // That a router was seen again is no change.
    await sql`UPDATE routers SET last_seen_at = now() WHERE id = 'ams-edge-01'`;
    await database.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      SELECT ${seed.acme.id}, 'bulk-' || n, 'bulk-' || n, '10.1.0.0'::inet + n, '1' FROM generate_series(1, 60) AS n`;
    // Other organizations' changes go elsewhere.
    await database.admin`UPDATE routers SET target_ver = 'x' WHERE organization_id = ${seed.globex.id} AND id = 'ams-core-01'`;
    await sql`UPDATE routers SET target_ver = '2.0' WHERE id = 'fra-old-01'`;
    await expect.poll(() => received.length).toBe(3);
    expect(received.map((payload) => JSON.parse(payload))).toEqual([
      { t: 'routers', ids: ['ams-core-01'] },
      { t: 'routers' },
      { t: 'routers', ids: ['fra-old-01'] },
    ]);
    // Ids that would not fit into a message are left out, and the write goes through.
    await database.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      SELECT ${seed.acme.id}, n || repeat('\u00e9', 120), 'long-' || n, '10.2.0.0'::inet + n, '1' FROM generate_series(1, 50) AS n`;
    await expect.poll(() => received.at(3)).toBe('{"t": "routers"}');
    await subscription.unlisten();
  });
});
