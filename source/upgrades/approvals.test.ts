import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetUpgrades, useDatabase } from '../../test/support/postgres.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../test/support/upgrades.ts';
import type { ApprovalRules } from '../model/approval.ts';
import { setApprovalRules } from '../postgres/approval-rules.ts';
import { addBlackout } from '../postgres/blackouts.ts';
import { type Database, openDatabase } from '../postgres/database.ts';
import { claimUpgrades } from '../postgres/upgrade-queue.ts';
import { approveUpgrade, breakGlass } from './decide.ts';
import { begin } from './engine/begin.ts';
import { Lease } from './engine/lease.ts';
import { requestUpgrades, type UpgradeRequest } from './request.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
let worker: Database;

beforeAll(async () => {
  worker = openDatabase(test.settings('netup_worker'));
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-edge-01']);
  return () => worker.close();
});
beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await test.admin`DELETE FROM approval_rules`;
  await test.admin`DELETE FROM blackouts`;
  await test.admin`UPDATE routers SET target_ver = '22.4R3-S2', model_id = ${world().seed.models.mx} WHERE id = 'ams-edge-01'`;
  await test.admin`UPDATE firmware_images SET sha256 = repeat('a', 64)`;
});

function rules(change: Partial<ApprovalRules>): Promise<void> {
  return setApprovalRules(world().scope, world().as.ada, change);
}

async function requested(change: Partial<UpgradeRequest> = {}): Promise<string> {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx, change));
  return upgrades[0]?.upgradeId ?? '';
}

async function rowOf(id: string): Promise<{ status: string; outcome: string | null }> {
  const [row] = await test.admin<[{ status: string; outcome: string | null }]>`
    SELECT status, outcome FROM upgrades WHERE id = ${id}`;
  return { ...row };
}

/** Has a worker claim what is due and begin it at a time; true if it was begun. */
async function begun(now = new Date()): Promise<boolean> {
  const [one] = await claimUpgrades(worker, randomUUID(), 5, { lease: 60_000, margin: 0 });
  if (one === undefined) return false;
  const lease = new Lease(one, Number.POSITIVE_INFINITY);
  return begin({ scope: worker.organization(one.organizationId), lease, workerName: 'worker under test' }, now);
}

const hoursAhead = (hours: number): Date => new Date(Date.now() + hours * 3_600_000);

describe('where two have to approve', () => {
  it('an upgrade stays pending until the second, who is another', async () => {
    const { services, as } = world();
    await rules({ approvers: 2 });
    const id = await requested();
    expect(await approveUpgrade(services, as.ana, id)).toMatchObject({ status: 'pending' });
    expect(await begun()).toBe(false);
    await expect(approveUpgrade(services, as.ana, id)).rejects.toThrow(
      `Upgrade ${id} of ams-edge-01 cannot be approved: you approved it already, and somebody else has to as well.`,
    );
    expect(await approveUpgrade(services, as.ada, id)).toMatchObject({ status: 'approved' });
    const audit = await test.admin`
      SELECT actor_name, after FROM audit_events WHERE upgrade_id = ${id} AND action = 'upgrade.approve' ORDER BY seq`;
    expect(audit.map((row) => ({ ...row }))).toEqual([
      { actor_name: 'ana', after: { status: 'pending' } },
      { actor_name: 'ada', after: { status: 'approved' } },
    ]);
    expect(await begun()).toBe(true);
  });

  it('the first approval does not count when it was of another target', async () => {
    const { services, as } = world();
    await rules({ approvers: 2 });
    const id = await requested();
    await approveUpgrade(services, as.ana, id);
    await test.admin`UPDATE routers SET target_ver = '99' WHERE id = 'ams-edge-01'`;
    expect(await approveUpgrade(services, as.ada, id)).toMatchObject({ status: 'pending' });
    expect(await approveUpgrade(services, as.ana, id)).toMatchObject({ status: 'approved' });
    expect(await begun()).toBe(true);
  });

  it('two who approve at once make one approved upgrade', async () => {
    const { services, as } = world();
    await rules({ approvers: 2 });
    const id = await requested();
    const both = await Promise.all([approveUpgrade(services, as.ana, id), approveUpgrade(services, as.ada, id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['approved', 'pending']);
  });

  it('the database refuses one who does it by raw SQL, and the requester altogether', async () => {
    const { scope, seed } = world();
    await rules({ approvers: 2 });
    const id = await requested();
    await expect(
      scope.sql`UPDATE upgrades SET status = 'approved', approved_by = ${seed.ana.id}, approved_at = now() WHERE id = ${id}::bigint`,
    ).rejects.toThrow('a second approver is needed');
    const approve = (operator: string, emergency: boolean): Promise<unknown> => scope.sql`
      INSERT INTO upgrade_approvals (organization_id, upgrade_id, operator_id, subject, break_glass, reason)
      VALUES (${scope.organizationId}, ${id}::bigint, ${operator}, '{}', ${emergency}, 'x')`;
    await expect(approve(seed.ben.id, false)).rejects.toThrow('only a pending upgrade of somebody else');
    await expect(approve(seed.cy.id, false)).rejects.toThrow('may not approve so');
    await expect(approve(seed.ana.id, true)).rejects.toThrow('may not approve so');
  });
});

describe('an approval', () => {
  it.each([
    [
      'target_ver',
      async (): Promise<unknown> => test.admin`UPDATE routers SET target_ver = '99' WHERE id = 'ams-edge-01'`,
    ],
    ['model_id', async (): Promise<unknown> => test.admin`UPDATE routers SET model_id = NULL WHERE id = 'ams-edge-01'`],
    ['sha256', async (): Promise<unknown> => test.admin`UPDATE firmware_images SET sha256 = repeat('b', 64)`],
  ])('is void when %s changed since: the upgrade is called off, with a sentence', async (_, change) => {
    const { services, as } = world();
    const id = await requested();
    await approveUpgrade(services, as.ana, id);
    await change();
    expect(await begun()).toBe(false);
    const row = await rowOf(id);
    expect(row.status).toBe('cancelled');
    expect(row.outcome).toMatch(/^It was not begun\. Since it was approved, the .* changed: request it anew\.$/u);
    const [audit] = await test.admin`
      SELECT source, reason, before FROM audit_events WHERE upgrade_id = ${id} AND action = 'upgrade.cancelled'`;
    expect(audit).toMatchObject({ source: 'worker', reason: row.outcome, before: { status: 'approved' } });
  });

  it.each([
    'image_id = gen_random_uuid()',
    'scheduled_at = now()',
    "window_ends_at = now() + interval '9 h'",
    "to_ver = '99'",
  ])('is of what was requested, which nobody changes afterwards: SET %s', async (change) => {
    const { services, as, scope } = world();
    const id = await requested({ schedule: { kind: 'at', at: hoursAhead(48) } });
    await approveUpgrade(services, as.ana, id);
    for (const sql of [scope.sql, worker.organization(scope.organizationId).sql, test.admin]) {
      await expect(sql.unsafe(`UPDATE upgrades SET ${change} WHERE id = ${id}`)).rejects.toThrow(
        /what was requested cannot be changed|permission denied/u,
      );
    }
    expect((await rowOf(id)).status).toBe('approved');
  });

  it('expires after the hours of the organization, counted from the time that was approved', async () => {
    const { services, as } = world();
    await rules({ expiresHours: 24 });
    const id = await requested();
    await approveUpgrade(services, as.ana, id);
    expect(await begun(hoursAhead(25))).toBe(false);
    expect(await rowOf(id)).toEqual({
      status: 'cancelled',
      outcome: 'It was not begun. Its approval held for 24 h and is over: request it anew.',
    });
    const later = await requested({ schedule: { kind: 'at', at: hoursAhead(48) } });
    await approveUpgrade(services, as.ana, later);
    await test.admin`UPDATE upgrade_queue SET due_at = now() WHERE upgrade_id = ${later}`;
    expect(await begun(hoursAhead(49))).toBe(true);
  });

  it('needs a change reference where the organization says so', async () => {
    await rules({ referenceRequired: true });
    await expect(requested()).rejects.toThrow('wants a change reference for every request');
    await expect(requested({ changeReference: 'CHG1' })).resolves.not.toBe('');
  });
});

describe('a cancellation', () => {
  it('and the worker that begins the upgrade at that moment never wait for each other', async () => {
    const { services, as, scope, database } = world();
    const id = await requested();
    await approveUpgrade(services, as.ana, id);
    const [one] = await claimUpgrades(worker, randomUUID(), 1, { lease: 60_000, margin: 0 });
    if (one === undefined) throw new Error('it is due');
    const [locked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const cancelling = database.organization(scope.organizationId).transaction(async (sql) => {
      await sql`SELECT FROM upgrades WHERE id = ${id}::bigint FOR UPDATE`;
      locked.resolve();
      await go.promise;
      await sql`UPDATE upgrades SET status = 'cancelled', closed_by = ${as.ana.operator.id}, closed_at = now() WHERE id = ${id}::bigint`;
    });
    await locked.promise;
    const lease = new Lease(one, Number.POSITIVE_INFINITY);
    const beginning = begin({ scope: worker.organization(one.organizationId), lease, workerName: 'w' }, new Date());
    await vi.waitFor(async () => {
      const waiting =
        await test.admin`SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      expect(waiting).toHaveLength(1);
    });
    go.resolve();
    await cancelling;
    expect(await beginning).toBe(false);
    expect(await rowOf(id)).toMatchObject({ status: 'cancelled' });
  });
});

describe('breakGlass', () => {
  it('lets an admin approve alone, for good and in a blackout, and marks the audit row', async () => {
    const { services, as, scope } = world();
    await rules({ approvers: 2, expiresHours: 1 });
    await addBlackout(scope, as.ana, { site: null, from: new Date(), to: hoursAhead(99), reason: 'holidays' });
    const id = await requested({ despiteBlackout: true });
    expect(await breakGlass(services, as.ada, id, 'worm on the loose')).toMatchObject({ status: 'approved' });
    const [audit] = await test.admin`
      SELECT actor_name, after, reason FROM audit_events WHERE upgrade_id = ${id} AND action = 'upgrade.approve'`;
    expect({ ...audit }).toEqual({
      actor_name: 'ada',
      after: { status: 'approved', break_glass: true },
      reason: 'worm on the loose',
    });
    expect(await begun(hoursAhead(50))).toBe(true);
  });

  it('is for admins, with a reason, and never for their own request', async () => {
    const { services, as, seed } = world();
    const id = await requested();
    await expect(breakGlass(services, as.ana, id, 'urgent')).rejects.toThrow('it needs the role admin');
    await expect(breakGlass(services, as.ada, id, ' ')).rejects.toThrow('needs a reason');
    await forgetUpgrades(test.admin);
    const { upgrades } = await requestUpgrades(services, as.ada, aRequest(['ams-edge-01'], seed.images.mx));
    await expect(breakGlass(services, as.ada, upgrades[0]?.upgradeId ?? '', 'urgent')).rejects.toThrow(
      'you requested it, so somebody else must approve it',
    );
  });
});
