import { describe, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { actorOf, useScopes } from '../../test/support/scopes.ts';
import type { Router } from '../model/router.ts';
import { listAudit } from './audit.ts';
import type { OrganizationScope } from './database.ts';
import { findRouter, getHostKey, getRouters, pinHostKey, retireRouter, setRouter, streamRouters } from './routers.ts';

const support = useDatabase();
const scopes = useScopes(support);

async function readAll(scope: OrganizationScope, batchSize?: number): Promise<readonly (readonly Router[])[]> {
  const batches: (readonly Router[])[] = [];
  for await (const batch of streamRouters(scope, batchSize)) batches.push(batch);
  return batches;
}

describe('reading', () => {
  test('a router has all that the table shows', async () => {
    const { acme, seed } = scopes();
    await support.admin`
      UPDATE routers SET last_seen_at = '2026-03-04T05:06:07.5Z', serial = 'FXS2'
      WHERE organization_id = ${seed.acme.id} AND id = 'ams-core-01'`;
    expect(await findRouter(acme, 'ams-core-01')).toEqual({
      id: 'ams-core-01',
      hostname: 'ams-core-01',
      site: 'ams',
      timeZone: 'Europe/Amsterdam',
      vendor: 'Cisco',
      model: 'ASR1002-HX',
      modelId: seed.models.asr,
      platform: 'ios-xe',
      runningVersion: '17.09.04a',
      targetVersion: '17.12.03',
      status: 'active',
      managementAddress: '10.0.0.1',
      managementPort: 22,
      serial: 'FXS2',
      lastSeenAt: Date.UTC(2026, 2, 4, 5, 6, 7, 500),
      policyId: seed.acme.policies.asr,
      openUpgrade: null,
    });
  });

  test('what is not known of a router is null', async () => {
    const { acme, seed } = scopes();
    expect(await findRouter(acme, 'fra-old-01')).toMatchObject({
      site: null,
      timeZone: 'UTC',
      vendor: null,
      model: null,
      modelId: null,
      platform: null,
      targetVersion: null,
      serial: null,
      lastSeenAt: null,
      policyId: seed.policies.any,
    });
  });

  test('names come as they are, whatever is in them', async () => {
    const { acme, seed } = scopes();
    const odd = 'a "quoted", {braced} \\ name\twith\nlines, NULL, é and 漢';
    await support.admin`INSERT INTO models (vendor_id, name, platform) SELECT id, ${odd}, 'ios-xe' FROM vendors WHERE name = 'Cisco'`;
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, mgmt_port, current_ver, target_ver, vendor_id, model_id)
      SELECT ${seed.acme.id}, 'odd', 'odd', '10.0.0.9', 65535, ${odd}, '', m.vendor_id, m.id FROM models AS m WHERE m.name = ${odd}`;
    const found = { model: odd, runningVersion: odd, targetVersion: '', vendor: 'Cisco', managementPort: 65535 };
    expect(await getRouters(acme, ['odd'])).toMatchObject([found]);
    await support.admin`DELETE FROM routers WHERE id = 'odd'`;
  });

  test('the stream has every router of the organization, by hostname, and none of another', async () => {
    const { acme, globex, seed } = scopes();
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      VALUES (${seed.globex.id}, 'only-globex', 'only-globex', '10.9.9.9', '1')`;
    const batches = await readAll(acme, 2);
    expect(batches.map(({ length }) => length)).toEqual([2, 2, 2]);
    expect(batches.flat().map(({ hostname }) => hostname)).toEqual(seed.acme.routers.toSorted());
    expect((await readAll(globex)).flat().map(({ id }) => id)).toContain('only-globex');
    expect(await findRouter(acme, 'only-globex')).toBeNull();
    expect(await getRouters(acme, ['only-globex', 'fra-leaf-01', 'ams-edge-01', 'nobody'])).toMatchObject([
      { id: 'ams-edge-01' },
      { id: 'fra-leaf-01' },
    ]);
    expect(await getRouters(acme, [])).toEqual([]);
  });

  test('a hostname counts before an id', async () => {
    const { acme, seed } = scopes();
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      VALUES (${seed.acme.id}, 'swapped', 'fra-swap-01', '10.0.1.1', '1'), (${seed.acme.id}, 'fra-swap-01', 'x-1', '10.0.1.2', '1')`;
    expect(await findRouter(acme, 'fra-swap-01')).toMatchObject({ id: 'swapped' });
    expect(await findRouter(acme, 'swapped')).toMatchObject({ hostname: 'fra-swap-01' });
  });
});

describe('writing', () => {
  test('a change is written and audited, with what it was before', async () => {
    const { acme, seed } = scopes();
    const actor = actorOf(seed.ben, 'operator');
    const change = { targetVersion: '23.1R1', status: 'maintenance', reason: 'CHG7' } as const;
    await setRouter(acme, actor, 'ams-edge-01', change);
    expect(await findRouter(acme, 'ams-edge-01')).toMatchObject({ targetVersion: '23.1R1', status: 'maintenance' });
    const audit = { router_id: 'ams-edge-01', action: 'router.set' };
    expect(await support.admin`SELECT * FROM audit_events WHERE router_id = 'ams-edge-01'`).toMatchObject([
      {
        ...audit,
        organization_id: seed.acme.id,
        actor_name: 'ben',
        actor_role: 'operator',
        before: { target_ver: '22.4R3-S2', status: 'active' },
        after: { target_ver: '23.1R1', status: 'maintenance' },
        reason: 'CHG7',
        source: 'console',
        correlation_id: actor.correlationId,
      },
    ]);
  });

  test('only what differs is a change', async () => {
    const { acme, seed } = scopes();
    const actor = actorOf(seed.ben, 'operator');
    await setRouter(acme, actor, 'ams-edge-02', { targetVersion: '22.4R3-S2', status: 'active' });
    expect(await listAudit(acme, { routerId: 'ams-edge-02', limit: 10 })).toEqual([]);
    await setRouter(acme, actor, 'ams-edge-02', { targetVersion: null, status: 'active' });
    expect(await support.admin`SELECT before, after FROM audit_events WHERE router_id = 'ams-edge-02'`).toEqual([
      { before: { target_ver: '22.4R3-S2' }, after: { target_ver: null } },
    ]);
  });

  test('a router of another organization is not there', async () => {
    const { acme, seed } = scopes();
    const actor = actorOf(seed.ben, 'operator');
    const refused = setRouter(acme, actor, 'only-globex', { status: 'offline' });
    await expect(refused).rejects.toThrow('There is no router only-globex in this organization.');
    await expect(retireRouter(acme, actor, 'only-globex', 'x')).rejects.toThrow(/There is no router/u);
    expect(await getHostKey(acme, 'only-globex')).toBeNull();
  });

  test('a host key is pinned once, audited', async () => {
    const { acme, globex, seed } = scopes();
    expect(await getHostKey(acme, 'fra-leaf-01')).toBeNull();
    await pinHostKey(acme, actorOf(seed.ben, 'operator'), 'fra-leaf-01', 'SHA256:abc');
    await pinHostKey(acme, actorOf(seed.ben, 'operator'), 'fra-leaf-01', 'SHA256:abc');
    expect(await getHostKey(acme, 'fra-leaf-01')).toBe('SHA256:abc');
    expect(await getHostKey(globex, 'fra-leaf-01')).toBeNull();
    expect(await listAudit(acme, { routerId: 'fra-leaf-01', limit: 10 })).toMatchObject([
      { action: 'router.pin_host_key', actor: 'ben' },
    ]);
  });

  test('retiring waits for the end of an upgrade', async () => {
    const { acme, seed } = scopes();
    const actor = actorOf(seed.ada, 'admin');
    await retireRouter(acme, actor, 'fra-leaf-02', 'replaced');
    expect(await findRouter(acme, 'fra-leaf-02')).toMatchObject({ status: 'retired' });
    expect(await listAudit(acme, { routerId: 'fra-leaf-02', limit: 1 })).toMatchObject([
      { action: 'router.retire', reason: 'replaced', role: 'admin' },
    ]);
    await support.admin`
      INSERT INTO upgrades (organization_id, router_id, image_id, from_ver, to_ver, schedule_kind, decision, gates, batch_id,
        idempotency_key, requested_by)
      VALUES (${seed.acme.id}, 'ams-core-01', ${seed.images.asr}, '1', '2', 'now', 'approve', '[]', gen_random_uuid(),
        gen_random_uuid(), ${seed.ben.id})`;
    await expect(retireRouter(acme, actor, 'ams-core-01', 'x')).rejects.toThrow(
      /ams-core-01 has upgrade \d+, which is pending: cancel it/u,
    );
    expect(await findRouter(acme, 'ams-core-01')).toMatchObject({
      status: 'active',
      openUpgrade: { status: 'pending' },
    });
  });
});
