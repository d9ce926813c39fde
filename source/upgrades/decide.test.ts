import { beforeEach, describe, expect, it } from 'vitest';
import { forgetUpgrades, useDatabase } from '../../test/support/postgres.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../test/support/upgrades.ts';
import type { Actor } from '../model/operator.ts';
import type { ScheduleChoice } from '../model/schedule.ts';
import { getUpgrade } from '../postgres/upgrades.ts';
import { approveUpgrade, cancelUpgrade, rejectUpgrade } from './decide.ts';
import { requestUpgrades } from './request.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);

beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await test.admin`TRUNCATE telemetry_raw`;
  await test.admin`UPDATE routers SET status = 'active', current_ver = '21.4R3-S5' WHERE id = 'ams-edge-01'`;
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-edge-01']);
});

/** Requests the upgrade of ams-edge-01; its id. */
async function requestedBy(actor: Actor, schedule: ScheduleChoice = { kind: 'now' }): Promise<string> {
  const request = aRequest(['ams-edge-01'], world().seed.images.mx, { schedule });
  const { upgrades } = await requestUpgrades(world().services, actor, request);
  return upgrades[0]?.upgradeId ?? '';
}

async function auditOf(upgradeId: string): Promise<readonly unknown[]> {
  const rows = await test.admin`
    SELECT action, actor_name AS actor, before, after->>'status' AS after, reason
    FROM audit_events WHERE upgrade_id = ${upgradeId} AND action <> 'upgrade.request' ORDER BY seq`;
  return rows.map((row) => ({ ...row }));
}

/** The refusal, after making sure that nothing was written. */
async function refusal(upgradeId: string, attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => 'carried out',
    (reason: unknown) => reason,
  );
  expect(await auditOf(upgradeId)).toEqual([]);
  return error instanceof Error && 'code' in error ? `${String(error.code)}: ${error.message}` : String(error);
}

describe('approveUpgrade', () => {
  it('approves the request of somebody else, with an audit row in the same transaction', async () => {
    const { services, as, scope } = world();
    const id = await requestedBy(as.ben);
    expect(await approveUpgrade(services, as.ana, id)).toEqual({
      upgradeId: id,
      hostname: 'ams-edge-01',
      status: 'approved',
      repeated: false,
    });
    const upgrade = await getUpgrade(scope, id);
    expect(upgrade).toMatchObject({ status: 'approved', approvedBy: 'ana' });
    expect(upgrade?.approvedAt).toBeInstanceOf(Date);
    expect(await auditOf(id)).toEqual([
      { action: 'upgrade.approve', actor: 'ana', before: { status: 'pending' }, after: 'approved', reason: null },
    ]);
    const transactions = await test.admin`
      SELECT xmin::text FROM upgrades UNION SELECT xmin::text FROM audit_events
      WHERE upgrade_id = ${id} AND action = 'upgrade.approve'`;
    expect(transactions).toHaveLength(1);
  });

  it('refuses an own request before the database does, and the database does too', async () => {
    const { services, as, scope, seed } = world();
    const id = await requestedBy(as.ana);
    expect(await refusal(id, approveUpgrade(services, as.ana, id))).toBe(
      `own_request: Upgrade ${id} of ams-edge-01 cannot be approved: you requested it, so somebody else must approve it.`,
    );
    const raw = scope.sql`
      UPDATE upgrades SET status = 'approved', approved_by = ${seed.ana.id}, approved_at = now() WHERE id = ${id}`;
    await expect(raw).rejects.toMatchObject({ code: '23514', constraint_name: 'upgrades_four_eyes' });
  });

  it('is carried out once when two approve at the same moment', async () => {
    const { services, as } = world();
    const id = await requestedBy(as.ben);
    const both = await Promise.allSettled([approveUpgrade(services, as.ana, id), approveUpgrade(services, as.ada, id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const lost = both.find(({ status }) => status === 'rejected');
    expect(lost).toMatchObject({ reason: { code: 'conflict' } });
    expect(await auditOf(id)).toHaveLength(1);
  });

  it('changes nothing when the same approver approves again', async () => {
    const { services, as } = world();
    const id = await requestedBy(as.ben);
    const twice = await Promise.all([approveUpgrade(services, as.ana, id), approveUpgrade(services, as.ana, id)]);
    expect(twice.filter(({ repeated }) => repeated)).toHaveLength(1);
    expect(await auditOf(id)).toHaveLength(1);
  });

  it('is carried out, or a rejection of the same moment is', async () => {
    const { services, as, scope } = world();
    for (let round = 0; round < 5; round += 1) {
      const id = await requestedBy(as.ben);
      const both = await Promise.allSettled([
        approveUpgrade(services, as.ana, id),
        rejectUpgrade(services, as.ada, id, 'not tonight'),
      ]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      expect(await auditOf(id)).toHaveLength(1);
      const winner = both[0]?.status === 'fulfilled' ? 'approved' : 'rejected';
      expect((await getUpgrade(scope, id))?.status).toBe(winner);
      if (winner === 'approved') await cancelUpgrade(services, as.ada, id, '');
    }
  });

  it('never outlives a cancellation of the same moment, whichever comes first', async () => {
    const { services, as, scope } = world();
    for (let round = 0; round < 5; round += 1) {
      const id = await requestedBy(as.ben);
      const [approved, cancelled] = await Promise.allSettled([
        approveUpgrade(services, as.ana, id),
        cancelUpgrade(services, as.ben, id, 'not tonight'),
      ]);
      expect(cancelled).toMatchObject({ status: 'fulfilled', value: { status: 'cancelled' } });
      expect((await getUpgrade(scope, id))?.status).toBe('cancelled');
      const queued = await test.admin`SELECT FROM upgrade_queue WHERE upgrade_id = ${id} AND due_at IS NOT NULL`;
      expect(queued).toHaveLength(0);
      expect(await auditOf(id)).toHaveLength(approved.status === 'fulfilled' ? 2 : 1);
    }
  });

  it('is refused when the router is not as it was requested', async () => {
    const { services, as } = world();
    const id = await requestedBy(as.ben);
    const what = `conflict: Upgrade ${id} of ams-edge-01 cannot be approved: `;
    await test.admin`UPDATE routers SET current_ver = '22.2R3-S3' WHERE id = 'ams-edge-01'`;
    expect(await refusal(id, approveUpgrade(services, as.ana, id))).toBe(
      `${what}the router runs 22.2R3-S3 and no longer 21.4R3-S5, so cancel it and request it anew.`,
    );
    await test.admin`UPDATE routers SET current_ver = '21.4R3-S5', status = 'maintenance' WHERE id = 'ams-edge-01'`;
    expect(await refusal(id, approveUpgrade(services, as.ana, id))).toBe(
      `${what}the router is not active (maintenance).`,
    );
  });

  it('is refused when the time to start has passed', async () => {
    const { services, as } = world();
    const at = new Date(Date.now() + 3_600_000);
    const id = await requestedBy(as.ben, { kind: 'at', at });
    const late = { ...services, now: () => new Date(at.getTime() + 3_600_000) };
    expect(await refusal(id, approveUpgrade(late, as.ana, id))).toMatch(
      /^conflict: Upgrade \d+ of ams-edge-01 cannot be approved: its time, .* UTC, has passed, so cancel it/u,
    );
    await expect(approveUpgrade(services, as.ana, id)).resolves.toMatchObject({ status: 'approved' });
  });

  it('is refused to those who may not, or may not any more', async () => {
    const { services, as } = world();
    const id = await requestedBy(as.ana);
    const refused = `forbidden: Upgrade ${id} of ams-edge-01 cannot be approved: it needs the role approver; yours is operator.`;
    expect(await refusal(id, approveUpgrade(services, as.ben, id))).toBe(refused);
    expect(await refusal(id, approveUpgrade(services, { ...as.ben, role: 'admin' }, id))).toBe(refused);
  });

  it('leaves the upgrade pending when the audit row cannot be written', async () => {
    const { services, as, scope } = world();
    const id = await requestedBy(as.ben);
    const unwritable = { ...as.ana, correlationId: 'a\u0000b' };
    await expect(approveUpgrade(services, unwritable, id)).rejects.toThrow(/unsupported Unicode/u);
    expect((await getUpgrade(scope, id))?.status).toBe('pending');
  });
});

describe('rejectUpgrade', () => {
  it('takes a reason, and keeps it', async () => {
    const { services, as, scope } = world();
    const id = await requestedBy(as.ben);
    expect(await refusal(id, rejectUpgrade(services, as.ana, id, ' \u001b[0m\n'))).toBe(
      'invalid: A rejection needs a reason: say why, for the requester.',
    );
    await rejectUpgrade(services, as.ana, id, 'freeze until Monday');
    expect(await getUpgrade(scope, id)).toMatchObject({
      status: 'rejected',
      closedBy: 'ana',
      closeReason: 'freeze until Monday',
    });
    const reason = 'freeze until Monday';
    expect(await auditOf(id)).toEqual([
      { action: 'upgrade.reject', actor: 'ana', before: { status: 'pending' }, after: 'rejected', reason },
    ]);
  });

  it('is for approvers, and for pending upgrades', async () => {
    const { services, as } = world();
    const id = await requestedBy(as.ana);
    expect(await refusal(id, rejectUpgrade(services, as.ben, id, 'no'))).toMatch(/^forbidden/u);
    await approveUpgrade(services, as.ada, id);
    await expect(rejectUpgrade(services, as.ana, id, 'no')).rejects.toMatchObject({
      code: 'conflict',
      message: `Upgrade ${id} of ams-edge-01 cannot be rejected: it is approved, and only a pending upgrade can be rejected.`,
    });
  });
});

describe('cancelUpgrade', () => {
  it('is for the requester and for approvers, before and after the approval', async () => {
    const { services, as, scope } = world();
    const own = await requestedBy(as.ben);
    await cancelUpgrade(services, as.ben, own, '');
    expect(await getUpgrade(scope, own)).toMatchObject({ status: 'cancelled', closedBy: 'ben', closeReason: null });

    const other = await requestedBy(as.ana);
    expect(await refusal(other, cancelUpgrade(services, as.ben, other, 'mine'))).toBe(
      `forbidden: Upgrade ${other} of ams-edge-01 cannot be cancelled: only its requester or an approver may cancel it.`,
    );
    await approveUpgrade(services, as.ada, other);
    await cancelUpgrade(services, as.ana, other, 'weather');
    expect(await getUpgrade(scope, other)).toMatchObject({ status: 'cancelled', closeReason: 'weather' });
    await expect(cancelUpgrade(services, as.ada, other, '')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('makes room for a new request', async () => {
    const { services, as } = world();
    await cancelUpgrade(services, as.ben, await requestedBy(as.ben), '');
    await expect(requestedBy(as.ben)).resolves.toMatch(/^\d+$/u);
  });
});

describe('an upgrade that is not there', () => {
  it.each(['0', '999999', 'abc', '1; DROP TABLE upgrades', '9'.repeat(40), ''])('%j is not found', async (id) => {
    const { services, as } = world();
    const message = `There is no upgrade ${id} in this organization.`;
    await expect(approveUpgrade(services, as.ana, id)).rejects.toMatchObject({ code: 'not_found', message });
    await expect(cancelUpgrade(services, as.ana, id, '')).rejects.toMatchObject({ code: 'not_found', message });
  });

  it('is not told from one of another organization', async () => {
    const { services, as, database, seed } = world();
    const id = await requestedBy(as.ben);
    const elsewhere = { ...services, scope: database.organization(seed.globex.id) };
    expect(await refusal(id, approveUpgrade(elsewhere, as.ana, id))).toBe(
      `not_found: There is no upgrade ${id} in this organization.`,
    );
  });
});
