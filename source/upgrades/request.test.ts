import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetUpgrades, useDatabase } from '../../test/support/postgres.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../test/support/upgrades.ts';
import { GATE_IDS } from '../model/gate.ts';
import { UPGRADE_STEPS } from '../model/upgrade.ts';
import { getUpgrade, listUpgrades } from '../postgres/upgrades.ts';
import { requestUpgrades } from './request.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);

beforeEach(async () => {
  const { seed, telemetry } = world();
  await forgetUpgrades(test.admin);
  await test.admin`UPDATE routers SET status = 'active'`;
  await test.admin`TRUNCATE telemetry_raw, telemetry_hourly`;
  await writeSteady(telemetry, seed.acme.id, [
    'ams-core-01',
    'ams-edge-01',
    'ams-edge-02',
    'fra-leaf-01',
    'fra-leaf-02',
  ]);
});

/** Rows that requests write, of both organizations; audit rows since the given place. */
async function rows(auditAfter = 0): Promise<{ upgrades: number; steps: number; audit: number }> {
  const [row] = await test.admin<[{ upgrades: number; steps: number; audit: number }]>`
    SELECT (SELECT count(*)::int FROM upgrades) AS upgrades, (SELECT count(*)::int FROM upgrade_steps) AS steps,
      (SELECT count(*)::int FROM audit_events) - ${auditAfter} AS audit`;
  return row;
}

describe('a request', () => {
  it('writes the upgrade, every step and the audit row, in one transaction', async () => {
    const { services, as, seed, scope } = world();
    const before = await rows();
    const request = aRequest(['ams-core-01'], seed.images.asr, { changeReference: ' CHG-1\u001b[31m ', reason: 'CVE' });
    const outcome = await requestUpgrades(services, as.ben, request);
    expect(outcome).toMatchObject({
      repeated: false,
      upgrades: [{ routerId: 'ams-core-01', hostname: 'ams-core-01' }],
    });

    const id = outcome.upgrades[0]?.upgradeId ?? '';
    const upgrade = await getUpgrade(scope, id);
    expect(upgrade).toMatchObject({
      status: 'pending',
      fromVersion: '17.09.04a',
      toVersion: '17.12.03',
      schedule: { kind: 'now' },
      requestedBy: 'ben',
      changeReference: 'CHG-1',
      batchId: outcome.batchId,
      verdict: 'approve',
      policyId: seed.acme.policies.asr,
    });
    expect(upgrade?.gates.map(({ id: gate, result }) => [gate, result])).toEqual(
      GATE_IDS.map((gate) => [gate, 'pass']),
    );
    expect(upgrade?.steps.map(({ name, status }) => [name, status])).toEqual(
      UPGRADE_STEPS.map((name) => [name, 'pending']),
    );
    expect(await rows(before.audit)).toEqual({ upgrades: 1, steps: 12, audit: 1 });

    const [audit] = await test.admin`SELECT * FROM audit_events WHERE upgrade_id = ${id}`;
    expect(audit).toMatchObject({
      organization_id: seed.acme.id,
      actor_name: 'ben',
      actor_role: 'operator',
      action: 'upgrade.request',
      router_id: 'ams-core-01',
      reason: 'CVE',
      before: null,
      correlation_id: 'test-ben',
    });
    expect(audit?.['after']).toMatchObject({
      status: 'pending',
      verdict: 'approve',
      schedule: { kind: 'now' },
      policy: { id: seed.acme.policies.asr, version: 1 },
    });
    const transactions = await test.admin`
      SELECT xmin::text FROM upgrades UNION SELECT xmin::text FROM upgrade_steps
      UNION SELECT xmin::text FROM audit_events WHERE upgrade_id = ${id}`;
    expect(transactions).toHaveLength(1);
  });

  it('takes 100 routers in one transaction, with one batch', async () => {
    const { services, as, seed, telemetry } = world();
    const many = Array.from({ length: 100 }, (_, index) => `many-${String(index).padStart(3, '0')}`);
    await test.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, site_id, vendor_id, model_id, current_ver)
      SELECT ${seed.acme.id}, n, n, '10.9.0.1', ${seed.acme.sites.ams}, ${seed.vendors.cisco}, ${seed.models.asr}, '17.06.05'
      FROM unnest(${many}::text[]) AS n`;
    await writeSteady(telemetry, seed.acme.id, many);
    const before = await rows();
    const outcome = await requestUpgrades(services, as.ben, aRequest(many.toReversed(), seed.images.asr));
    expect(outcome.upgrades.map(({ hostname }) => hostname)).toEqual(many);
    expect(await rows(before.audit)).toEqual({ upgrades: 100, steps: 1200, audit: 100 });
    expect(await test.admin`SELECT DISTINCT batch_id, xmin::text FROM upgrades`).toHaveLength(1);
    expect(await test.admin`SELECT DISTINCT xmin::text FROM upgrade_steps`).toHaveLength(1);
    await forgetUpgrades(test.admin);
    await test.admin`DELETE FROM routers WHERE id = ANY (${many})`;
  });

  it('gives each router the next opening of the window of its own policy', async () => {
    const { services, as, seed, scope } = world();
    const request = aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx, { schedule: { kind: 'window' } });
    await requestUpgrades(services, as.ben, request);
    for (const { schedule } of await listUpgrades(scope)) {
      if (schedule.kind !== 'window') throw new Error('the schedule is no window');
      expect(schedule.closesAt.getTime()).toBeGreaterThan(Date.now());
      expect(schedule.opensAt.getUTCDay()).toBeOneOf([5, 6]);
    }
  });
});

describe('the same idempotency key', () => {
  it('gives the first outcome again and writes nothing', async () => {
    const { services, as, seed } = world();
    const request = aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx);
    const first = await requestUpgrades(services, as.ben, request);
    const before = await rows();
    expect(await requestUpgrades(services, as.ben, request)).toEqual({ ...first, repeated: true });
    expect(await rows()).toEqual(before);
  });

  it('makes one request of many that race', async () => {
    const { services, as, seed } = world();
    const before = await rows();
    const request = aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => requestUpgrades(services, as.ben, request)));
    expect(new Set(outcomes.map(({ batchId }) => batchId)).size).toBe(1);
    expect(outcomes.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await rows(before.audit)).toEqual({ upgrades: 2, steps: 24, audit: 2 });
  });

  it('is refused for other routers, and for another operator', async () => {
    const { services, as, seed } = world();
    const request = aRequest(['ams-edge-01'], seed.images.mx);
    await requestUpgrades(services, as.ben, request);
    const other = aRequest(['ams-edge-02'], seed.images.mx, { idempotencyKey: request.idempotencyKey });
    const refused = {
      code: 'conflict',
      message: 'This confirmation was used for another request already: start a new one.',
    };
    await expect(requestUpgrades(services, as.ben, other)).rejects.toMatchObject(refused);
    await expect(requestUpgrades(services, as.ana, request)).rejects.toMatchObject(refused);
  });
});

describe('a request is refused, whole,', () => {
  async function refusal(attempt: () => Promise<unknown>): Promise<string> {
    const before = await rows();
    const error: unknown = await attempt().then(
      () => 'carried out',
      (reason: unknown) => reason,
    );
    expect(await rows(before.audit)).toEqual({ ...before, audit: 0 });
    return error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error);
  }

  it('when a gate blocks one of its routers', async () => {
    const { services, as, seed, telemetry } = world();
    await writeSteady(telemetry, seed.acme.id, ['ams-edge-02'], { criticalErrors: 2 });
    const request = aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx);
    expect(await refusal(() => requestUpgrades(services, as.ben, request))).toBe(
      'blocked: 1 of 2 routers is blocked: ams-edge-02 (errors: 2, must be ≤ 0). Nothing was requested.',
    );
  });

  it('when a router sent nothing', async () => {
    const { services, as, seed } = world();
    await test.admin`UPDATE routers SET model_id = ${seed.models.asr} WHERE id = 'fra-old-01'`;
    const refused = await refusal(() => requestUpgrades(services, as.ben, aRequest(['fra-old-01'], seed.images.asr)));
    expect(refused).toMatch(
      /^blocked: The router is blocked: fra-old-01 \(cpu: no data, must be ≤ 80%; .*image: 1\.0 → /u,
    );
  });

  it('when the image is for another model, or gone', async () => {
    const { services, as, seed } = world();
    expect(await refusal(() => requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.asr)))).toBe(
      'blocked: The router is blocked: ams-edge-01 (image: asr1000-universalk9.17.12.03.SPA.bin is not for MX204, ' +
        'must be newer, from 17.03.01a on). Nothing was requested.',
    );
    expect(await refusal(() => requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], randomUUID())))).toBe(
      'not_found: The router is without an image: ams-edge-01 (the image is gone). Nothing was requested.',
    );
  });

  it('when a router is not there, another organization has it, or it is not active', async () => {
    const { services, as, seed, database } = world();
    expect(await refusal(() => requestUpgrades(services, as.ben, aRequest(['nowhere'], seed.images.mx)))).toBe(
      'not_found: The router is not in this organization: nowhere (not found). Nothing was requested.',
    );
    await test.admin`UPDATE routers SET id = 'globex-only' WHERE id = 'ams-edge-01' AND organization_id = ${seed.globex.id}`;
    const inGlobex = { ...services, scope: database.organization(seed.globex.id) };
    expect(await refusal(() => requestUpgrades(services, as.ben, aRequest(['globex-only'], seed.images.mx)))).toMatch(
      /^not_found/u,
    );
    expect(await refusal(() => requestUpgrades(inGlobex, as.ben, aRequest(['globex-only'], seed.images.mx)))).toMatch(
      /^blocked: The router is blocked: ams-edge-01 \(cpu: no data/u,
    );
    await test.admin`UPDATE routers SET status = 'maintenance' WHERE id = 'ams-edge-02'`;
    expect(await refusal(() => requestUpgrades(services, as.ben, aRequest(['ams-edge-02'], seed.images.mx)))).toBe(
      'blocked: The router is not active: ams-edge-02 (maintenance). Nothing was requested.',
    );
  });

  it('when a router has an open upgrade, also one of the same moment', async () => {
    const { services, as, seed } = world();
    const both = await Promise.allSettled([
      requestUpgrades(services, as.ben, aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx)),
      requestUpgrades(services, as.ana, aRequest(['ams-edge-02', 'ams-edge-01'], seed.images.mx)),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await rows()).toMatchObject({ upgrades: 2, steps: 24 });
    const [{ id } = { id: '' }] = await test.admin<{ id: string }[]>`
      SELECT id::text FROM upgrades WHERE router_id = 'ams-edge-01'`;
    expect(await refusal(() => requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx)))).toBe(
      `conflict: The router is already being upgraded: ams-edge-01 (upgrade ${id} is pending). Nothing was requested.`,
    );
  });

  it('when a router changes between judgement and writing', async () => {
    const { services, as, seed, scope } = world();
    const changing = {
      ...services,
      scope: {
        ...scope,
        transaction: async <T>(...order: Parameters<typeof scope.transaction<T>>): Promise<T> => {
          await test.admin`UPDATE routers SET current_ver = '22.2R3' WHERE id = 'ams-edge-01'`;
          return scope.transaction(...order);
        },
      },
    };
    expect(await refusal(() => requestUpgrades(changing, as.ben, aRequest(['ams-edge-01'], seed.images.mx)))).toBe(
      'conflict: The router is not as it was judged: ams-edge-01 (changed just now). Nothing was requested.',
    );
    await test.admin`UPDATE routers SET current_ver = '21.4R3-S5' WHERE id = 'ams-edge-01'`;
  });

  it('when it is for a time that cannot be', async () => {
    const { services, as, seed } = world();
    const past = aRequest(['ams-edge-01'], seed.images.mx, { schedule: { kind: 'at', at: new Date(0) } });
    expect(await refusal(() => requestUpgrades(services, as.ben, past))).toBe(
      'invalid: ams-edge-01 cannot be upgraded then: the time 1970-01-01 00:00 UTC has passed. Choose another time.',
    );
    const noWindow = aRequest(['ams-core-01'], seed.images.asr, { schedule: { kind: 'window' } });
    expect(await refusal(() => requestUpgrades(services, as.ben, noWindow))).toBe(
      'invalid: ams-core-01 cannot be upgraded then: the policy core, Cisco, careful has no maintenance window. ' +
        'Choose another time.',
    );
  });

  it('when the actor may not, or may not any more', async () => {
    const { services, as, seed } = world();
    const request = aRequest(['ams-edge-01'], seed.images.mx);
    expect(await refusal(() => requestUpgrades(services, as.cy, request))).toBe(
      'forbidden: Nothing was requested: it needs the role operator; yours is viewer.',
    );
    const demoted = { ...as.cy, role: 'operator' } as const;
    expect(await refusal(() => requestUpgrades(services, demoted, request))).toBe(
      'forbidden: Nothing was requested: it needs the role operator; yours is viewer.',
    );
    await test.admin`UPDATE operators SET is_active = false WHERE name = 'ben'`;
    expect(await refusal(() => requestUpgrades(services, as.ben, request))).toBe(
      'forbidden: Nothing was requested: you are no member of this organization any more.',
    );
    await test.admin`UPDATE operators SET is_active = true WHERE name = 'ben'`;
  });
});
