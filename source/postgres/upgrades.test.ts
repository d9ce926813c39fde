import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { useScopes } from '../../test/support/scopes.ts';
import type { Gate } from '../model/gate.ts';
import { UPGRADE_STEPS } from '../model/upgrade.ts';
import {
  approveUpgradeRow,
  closeUpgradeRow,
  insertSteps,
  insertUpgrade,
  insertUpgrades,
  type NewUpgrade,
} from './upgrade-writes.ts';
import { countUpgrades, getUpgrade, listUpgrades } from './upgrades.ts';

const support = useDatabase();
const scopes = useScopes(support);

const gate: Gate = { id: 'cpu', title: 'CPU', expected: '≤ 80%', actual: '12%', result: 'pass', advice: '' };

function anUpgrade(routerId: string, change: Partial<NewUpgrade> = {}): NewUpgrade {
  const { seed } = scopes();
  return {
    routerId,
    imageId: seed.images.mx,
    policyId: seed.policies.any,
    policyVersion: 1,
    verdict: 'approve',
    gates: [gate],
    fromVersion: '21.4R3-S5',
    toVersion: '22.4R3-S2',
    schedule: { kind: 'now' },
    changeReference: null,
    batchId: randomUUID(),
    idempotencyKey: randomUUID(),
    requestedBy: seed.ben.id,
    ...change,
  };
}

describe('a request', () => {
  test('is stored whole, with its steps', async () => {
    const { acme, globex, seed } = scopes();
    const at = new Date('2026-03-07T00:00:00Z');
    const closesAt = new Date('2026-03-07T04:00:00Z');
    const row = anUpgrade('ams-edge-01', {
      schedule: { kind: 'window', opensAt: at, closesAt },
      changeReference: 'CHG1',
      policyId: seed.acme.policies.amsJuniper,
    });
    const { id } = await acme.transaction(async (sql) => {
      const outcome = await insertUpgrade(sql, row);
      await insertSteps(sql, [outcome.id]);
      return outcome;
    });
    const stored = await getUpgrade(acme, id);
    expect(stored).toMatchObject({
      id,
      routerId: 'ams-edge-01',
      hostname: 'ams-edge-01',
      site: 'ams',
      timeZone: 'Europe/Amsterdam',
      fromVersion: '21.4R3-S5',
      toVersion: '22.4R3-S2',
      status: 'pending',
      verdict: 'approve',
      gates: [gate],
      schedule: { kind: 'window', opensAt: at, closesAt },
      requestedBy: 'ben',
      requestedById: seed.ben.id,
      approvedBy: null,
      approvedAt: null,
      closedBy: null,
      closedAt: null,
      closeReason: null,
      changeReference: 'CHG1',
      batchId: row.batchId,
      policyId: seed.acme.policies.amsJuniper,
      image: { fileName: 'junos-install-mx-x86-64-22.4R3-S2.tgz', sizeBytes: 905_283_584, sha256: 'a'.repeat(64) },
    });
    expect(stored?.steps.map(({ name, position, status }) => ({ name, position, status }))).toEqual(
      UPGRADE_STEPS.map((name, index) => ({ name, position: index + 1, status: 'pending' })),
    );
    expect(await getUpgrade(globex, id)).toBeNull();
    expect(await getUpgrade(acme, 'junk')).toBeNull();
    expect(await acme.transaction((sql) => insertUpgrade(sql, row))).toEqual({ kind: 'repeated', id });
    expect(await acme.transaction((sql) => insertUpgrade(sql, anUpgrade('ams-edge-01')))).toEqual({ kind: 'open', id });
  });

  test('for many routers says what became of each', async () => {
    const { globex } = scopes();
    const [first, again] = [anUpgrade('ams-edge-01', { policyId: null }), anUpgrade('ams-edge-01', { policyId: null })];
    const other = anUpgrade('ams-edge-02', { policyId: null, schedule: { kind: 'at', at: new Date(5000) } });
    const outcomes = await globex.transaction(async (sql) => {
      await insertUpgrade(sql, first);
      return insertUpgrades(sql, [again, other]);
    });
    expect(outcomes.get('ams-edge-01')?.kind).toBe('open');
    expect(outcomes.get('ams-edge-02')?.kind).toBe('inserted');
    const [newest] = await listUpgrades(globex, { routerId: 'ams-edge-02' });
    expect(newest?.schedule).toEqual({ kind: 'at', at: new Date(5000) });
  });

  test('of two transactions at once is made once', async () => {
    const { acme } = scopes();
    const row = anUpgrade('fra-leaf-02', { imageId: scopes().seed.images.dcs });
    const outcomes = await Promise.all([1, 2, 3].map(() => acme.transaction((sql) => insertUpgrade(sql, row))));
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['inserted', 'repeated', 'repeated']);
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1);
  });

  test('for another organization’s router is refused', async () => {
    const { acme, seed } = scopes();
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      VALUES (${seed.globex.id}, 'only-globex', 'only-globex', '10.9.9.9', '1')`;
    await expect(acme.transaction((sql) => insertUpgrade(sql, anUpgrade('only-globex')))).rejects.toThrow(
      /foreign key/u,
    );
  });
});

describe('a decision', () => {
  async function request(routerId: string): Promise<string> {
    const { acme } = scopes();
    const { id } = await acme.transaction((sql) => insertUpgrade(sql, anUpgrade(routerId)));
    return id;
  }

  test('is made once, by somebody else than the requester', async () => {
    const { acme, globex, seed } = scopes();
    const upgradeId = await request('ams-edge-02');
    const approve = (scope: typeof acme, operatorId: string): Promise<boolean> =>
      scope.transaction((sql) => approveUpgradeRow(sql, { upgradeId, operatorId }));
    expect(await approve(acme, seed.ben.id)).toBe(false);
    expect(await approve(globex, seed.ana.id)).toBe(false);
    expect(await approve(acme, seed.ana.id)).toBe(true);
    expect(await approve(acme, seed.ada.id)).toBe(false);
    expect(await getUpgrade(acme, upgradeId)).toMatchObject({ status: 'approved', approvedBy: 'ana', steps: [] });
  });

  test('can be to reject or to cancel, from the statuses that allow it', async () => {
    const { acme, globex, seed } = scopes();
    const upgradeId = await request('fra-leaf-01');
    const close = (
      scope: typeof acme,
      status: 'rejected' | 'cancelled',
      from: readonly ('pending' | 'approved')[],
    ): Promise<boolean> =>
      scope.transaction((sql) =>
        closeUpgradeRow(sql, { upgradeId, status, from, operatorId: seed.ana.id, reason: 'not now' }),
      );
    expect(await close(globex, 'rejected', ['pending'])).toBe(false);
    expect(await close(acme, 'cancelled', ['approved'])).toBe(false);
    expect(await close(acme, 'rejected', ['pending'])).toBe(true);
    expect(await close(acme, 'rejected', ['pending'])).toBe(false);
    expect(await getUpgrade(acme, upgradeId)).toMatchObject({
      status: 'rejected',
      closedBy: 'ana',
      closeReason: 'not now',
    });
  });
});

describe('lists', () => {
  test('are newest first, filtered, limited, and of the own organization', async () => {
    const { acme, globex } = scopes();
    const all = await listUpgrades(acme);
    expect(all.map(({ requestedAt }) => requestedAt.getTime())).toEqual(
      all.map(({ requestedAt }) => requestedAt.getTime()).toSorted((a, b) => b - a),
    );
    expect((await listUpgrades(acme, { statuses: ['rejected'] })).map(({ routerId }) => routerId)).toEqual([
      'fra-leaf-01',
    ]);
    expect(await listUpgrades(acme, { statuses: [] })).toEqual([]);
    expect(await listUpgrades(acme, { limit: 1 })).toHaveLength(1);
    expect((await listUpgrades(globex)).map(({ routerId }) => routerId).toSorted()).toEqual([
      'ams-edge-01',
      'ams-edge-02',
    ]);
  });

  test('are counted by status', async () => {
    const { acme, globex } = scopes();
    expect(await countUpgrades(acme)).toEqual({
      draft: 0,
      pending: 2,
      approved: 1,
      scheduled: 0,
      running: 0,
      paused: 0,
      success: 0,
      failed: 0,
      rolled_back: 0,
      cancelled: 0,
      rejected: 1,
    });
    expect(await countUpgrades(globex)).toMatchObject({ pending: 2, rejected: 0 });
  });
});
