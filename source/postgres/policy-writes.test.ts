import { beforeEach, describe, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../test/support/upgrades.ts';
import { draftOf, NEW_POLICY, type PolicyDraft } from '../model/policy-draft.ts';
import type { Policy } from '../model/policy.ts';
import { getPolicy, listPolicies } from './policies.ts';
import { previewPolicy } from './policy-preview.ts';
import { type PolicyChange, savePolicy } from './policy-writes.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);

beforeEach(async () => {
  const { seed } = world();
  await support.admin`DELETE FROM upgrade_policies WHERE organization_id = ${seed.acme.id}
    AND id <> ALL (${Object.values(seed.acme.policies)}::bigint[])`;
  await support.admin`UPDATE upgrade_policies SET is_active = true, max_cpu_percent = 80, auto_approve = false, vendor_id = v.id, site_id = ${seed.acme.sites.ams}
    FROM vendors AS v WHERE v.name = 'Juniper' AND upgrade_policies.id = ${seed.acme.policies.amsJuniper}`;
});

async function hub(): Promise<Policy> {
  const { scope, seed } = world();
  const policy = await getPolicy(scope, seed.acme.policies.amsJuniper);
  if (policy === null) throw new Error('the seeded policy is gone');
  return policy;
}

async function changeOf(change: Partial<PolicyDraft>): Promise<Extract<PolicyChange, { kind: 'set' }>> {
  const policy = await hub();
  return { kind: 'set', id: policy.id, version: policy.version, draft: { ...draftOf(policy), ...change } };
}

function aNew(change: Partial<PolicyDraft>): PolicyChange {
  return { kind: 'add', draft: { ...NEW_POLICY, name: 'new', ...change } };
}

async function audits(): Promise<readonly unknown[]> {
  return support.admin`
    SELECT action, target_id AS id, actor_name AS who, before, after FROM audit_events
    WHERE organization_id = ${world().seed.acme.id} AND action LIKE 'policy.%' ORDER BY seq`;
}

describe('a preview', () => {
  test('does not wait for one of another organization', async () => {
    const { scope, seed } = world();
    const [theirs, ours] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const sees = world().database.organization(seed.globex.id);
    const other = previewPolicy(
      {
        ...sees,
        transaction: (work, options) =>
          sees.transaction(async (sql) => {
            const result = work(sql);
            await result.catch(() => undefined);
            theirs.resolve();
            await ours.promise;
            return result;
          }, options),
      },
      aNew({ vendor: 'Arista' }),
    );
    await theirs.promise;
    expect(await previewPolicy(scope, aNew({ vendor: 'Arista' }))).toMatchObject({ change: 2 });
    ours.resolve();
    expect(await other).toMatchObject({ before: 0 });
  });

  test('counts who gets another policy, one, or none, names some, and keeps nothing', async () => {
    const { scope } = world();
    const before = await listPolicies(scope);
    expect(await previewPolicy(scope, aNew({ vendor: 'Arista' }))).toEqual({
      before: 0,
      after: 2,
      gain: 0,
      lose: 0,
      change: 2,
      endsAutoApproval: false,
      examples: ['fra-leaf-01', 'fra-leaf-02'].map((hostname) => ({
        hostname,
        from: { id: world().seed.policies.any, name: 'any router' },
        to: { id: '0', name: 'new' },
      })),
    });
    expect(await previewPolicy(scope, await changeOf({ isActive: false }))).toMatchObject({
      before: 2,
      after: 0,
      change: 2,
      lose: 0,
    });
    expect(await listPolicies(scope)).toEqual(before);
    expect(await audits()).toEqual([]);
  });

  test('tells of routers that would have no policy, and of those that would have one at last', async () => {
    const { scope, seed } = world();
    await support.admin`UPDATE upgrade_policies SET is_active = false WHERE id = ${seed.policies.any}`;
    try {
      expect(await previewPolicy(scope, await changeOf({ isActive: false }))).toMatchObject({ lose: 2, change: 0 });
      expect(await previewPolicy(scope, aNew({ site: 'fra' }))).toMatchObject({ gain: 2, change: 0, after: 2 });
    } finally {
      await support.admin`UPDATE upgrade_policies SET is_active = true WHERE id = ${seed.policies.any}`;
    }
  });

  test('of limits alone changes nobody, and an override stays what it is', async () => {
    const { scope, seed, as } = world();
    await support.admin`
      INSERT INTO router_policy_overrides (organization_id, router_id, policy_id, reason, created_by)
      VALUES (${seed.acme.id}, 'ams-edge-01', ${seed.policies.any}, 'test', ${as.ada.operator.id})`;
    try {
      const preview = await previewPolicy(scope, await changeOf({ maxCpuPercent: 70 }));
      expect(preview).toMatchObject({ before: 1, after: 1, gain: 0, lose: 0, change: 0, examples: [] });
      expect(await previewPolicy(scope, aNew({ vendor: 'Juniper', priority: 99 }))).toMatchObject({ after: 1 });
    } finally {
      await support.admin`DELETE FROM router_policy_overrides WHERE organization_id = ${seed.acme.id}`;
    }
  });
});

describe('saving', () => {
  test('writes the policy and one audit row with what changed, as it was and as it is', async () => {
    const { scope, as } = world();
    const change = await changeOf({ maxCpuPercent: 70.25, window: null });
    await savePolicy(scope, as.ada, change);
    expect(await hub()).toMatchObject({ maxCpuPercent: 70.25, window: null, version: change.version + 1 });
    expect((await audits()).at(-1)).toEqual({
      action: 'policy.set',
      id: change.id,
      who: 'ada',
      before: {
        maxCpuPercent: 80,
        window: { weekday: 6, start: '01:00', minutes: 240, timeZone: 'Europe/Amsterdam' },
      },
      after: { maxCpuPercent: 70.25, window: null },
    });
    const { id } = await savePolicy(scope, as.ada, aNew({ model: 'MX204', site: 'ams', window: change.draft.window }));
    expect(await getPolicy(scope, id)).toMatchObject({ name: 'new', vendor: null, model: 'MX204', shared: false });
    expect((await audits()).at(-1)).toMatchObject({
      action: 'policy.add',
      id,
      before: null,
      after: { model: 'MX204' },
    });
  });

  test('does not write over what somebody else changed meanwhile', async () => {
    const { scope, as } = world();
    const [one, other] = [await changeOf({ maxCpuPercent: 60 }), await changeOf({ maxCpuPercent: 65 })];
    const outcomes = await Promise.allSettled([one, other].map((change) => savePolicy(scope, as.ada, change)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(savePolicy(scope, as.ada, other)).rejects.toThrow('changed by somebody else meanwhile');
  });

  test.each([
    [{ vendor: 'Nokia' }, 'there is no vendor Nokia'],
    [{ vendor: 'Cisco', model: 'MX204' }, 'MX204 is of Juniper, not of Cisco'],
    [{ site: 'lon' }, 'there is no site lon'],
    [{ name: 'core, Cisco, careful' }, 'there is a policy of this name'],
  ])('refuses %o', async (fields, why) => {
    const { scope, as } = world();
    await expect(savePolicy(scope, as.ada, aNew(fields))).rejects.toThrow(why);
    await expect(previewPolicy(scope, aNew(fields))).rejects.toThrow(why);
  });

  test('refuses shared policies, those of others, and a change of nothing', async () => {
    const { scope, as, seed } = world();
    const change = await changeOf({});
    await expect(savePolicy(scope, as.ada, change)).rejects.toThrow('nothing to change');
    const shared = { ...change, id: seed.policies.any, draft: { ...change.draft, name: 'mine' } };
    await expect(savePolicy(scope, as.ada, shared)).rejects.toThrow('is of all organizations');
    const theirs = { ...shared, id: seed.globex.policies.asr };
    await expect(savePolicy(scope, as.ada, theirs)).rejects.toThrow('There is no policy');
  });

  test('takes away that the agent may approve, unless the policy is only switched off', async () => {
    const { scope, as, seed } = world();
    await support.admin`UPDATE upgrade_policies SET auto_approve = true WHERE id = ${seed.acme.policies.amsJuniper}`;
    await savePolicy(scope, as.ada, await changeOf({ isActive: false }));
    expect(await hub()).toMatchObject({ isActive: false, autoApprove: true });
    const on = await changeOf({ isActive: true });
    expect(await previewPolicy(scope, on)).toMatchObject({ endsAutoApproval: true });
    await savePolicy(scope, as.ada, on);
    expect(await hub()).toMatchObject({ isActive: true, autoApprove: false });
    // By the table itself, whoever writes.
    await support.admin`UPDATE upgrade_policies SET auto_approve = true WHERE id = ${seed.acme.policies.amsJuniper}`;
    await scope.sql`UPDATE upgrade_policies SET priority = priority + 1 WHERE id = ${seed.acme.policies.amsJuniper}::bigint`;
    expect(await hub()).toMatchObject({ autoApprove: false });
    expect((await audits()).at(-1)).toMatchObject({
      before: { isActive: false, autoApprove: true },
      after: { isActive: true, autoApprove: false },
    });
  });
});
