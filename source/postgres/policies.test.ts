import { describe, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { useScopes } from '../../test/support/scopes.ts';
import { explainPolicy, getPolicies, getPolicy, listPolicies, policyRouters } from './policies.ts';
import { getRouters } from './routers.ts';

const support = useDatabase();
const scopes = useScopes(support);

describe('policies', () => {
  test('are listed in rank order, own and shared, with the routers that each applies to', async () => {
    const { acme } = scopes();
    const list = await listPolicies(acme);
    expect(list.map(({ name, specificity, shared, routers }) => ({ name, specificity, shared, routers }))).toEqual([
      { name: 'core, Cisco, careful', specificity: 14, shared: false, routers: 1 },
      { name: 'ams: hub site', specificity: 11, shared: false, routers: 2 },
      { name: 'Cisco', specificity: 2, shared: true, routers: 0 },
      { name: 'any router', specificity: 0, shared: true, routers: 3 },
    ]);
  });

  test('have their limits and window', async () => {
    const { acme, seed } = scopes();
    expect(await getPolicy(acme, seed.acme.policies.amsJuniper)).toEqual({
      id: seed.acme.policies.amsJuniper,
      name: 'ams: hub site',
      shared: false,
      isActive: true,
      autoApprove: false,
      version: 1,
      vendor: 'Juniper',
      model: null,
      site: 'ams',
      priority: 0,
      specificity: 11,
      maxCpuPercent: 80,
      minFreeMemPercent: 20,
      maxCriticalErrors: 0,
      maxDataAgeSeconds: 300,
      window: { weekday: 6, start: '01:00', minutes: 240, timeZone: 'Europe/Amsterdam' },
    });
  });

  test('of another organization do not exist', async () => {
    const { acme, seed } = scopes();
    const theirs = seed.globex.policies.asr;
    expect(await getPolicy(acme, theirs)).toBeNull();
    expect([...(await getPolicies(acme, [theirs, seed.policies.any])).keys()]).toEqual([seed.policies.any]);
    expect(await policyRouters(acme, theirs)).toEqual([]);
    expect(await getPolicy(acme, 'junk')).toBeNull();
    expect(await policyRouters(acme, 'junk')).toEqual([]);
  });

  test('know their routers, of the own organization only', async () => {
    const { acme, seed } = scopes();
    expect(await policyRouters(acme, seed.policies.any)).toEqual(['fra-leaf-01', 'fra-leaf-02', 'fra-old-01']);
  });
});

describe('explanations', () => {
  async function reasons(routerId: string): Promise<readonly string[]> {
    const { acme } = scopes();
    return (await explainPolicy(acme, routerId)).map(
      ({ policy, outcome, reason }) => `${policy.name} ${outcome}: ${reason}`,
    );
  }

  test('say which policy wins and why the others do not', async () => {
    const { seed } = scopes();
    const winner = seed.acme.policies.asr;
    expect(await reasons('ams-core-01')).toEqual([
      'core, Cisco, careful wins: wins: model=ASR1002-HX, vendor=Cisco, site=any; rank 1 of 3',
      'ams: hub site mismatch: does not match: vendor is Cisco, not Juniper',
      `Cisco outranked: matches, but outranked by #${winner} “core, Cisco, careful” (more specific: organization + model + vendor against vendor): model=any, vendor=Cisco, site=any; rank 2 of 3`,
      `any router outranked: matches, but outranked by #${winner} “core, Cisco, careful” (more specific: organization + model + vendor against nothing): model=any, vendor=any, site=any; rank 3 of 3`,
    ]);
  });

  test('name every field that does not match, also one that is not known', async () => {
    expect(await reasons('fra-old-01')).toEqual([
      'core, Cisco, careful mismatch: does not match: vendor is not known, not Cisco, model is not known, not ASR1002-HX',
      'ams: hub site mismatch: does not match: vendor is not known, not Juniper, site is not known, not ams',
      'Cisco mismatch: does not match: vendor is not known, not Cisco',
      'any router wins: wins: model=any, vendor=any, site=any; rank 1 of 1',
    ]);
  });

  test('tell of an override, of priority, of age and of policies that are off', async () => {
    const { seed } = scopes();
    const insert = (name: string, fields: object): Promise<unknown> =>
      support.admin`INSERT INTO upgrade_policies ${support.admin({
        name,
        max_cpu_percent: 50,
        min_free_mem_percent: 50,
        organization_id: seed.acme.id,
        ...fields,
      })}`.execute();
    await insert('freeze', { priority: 5 });
    await insert('old one', { priority: 5, created_at: new Date(0) });
    await insert('off', { is_active: false, priority: 9 });
    await support.admin`
      INSERT INTO router_policy_overrides (organization_id, router_id, policy_id, reason, created_by)
      VALUES (${seed.acme.id}, 'fra-leaf-01', ${seed.policies.any}, 'lab', ${seed.ada.id})`;
    const overridden = await reasons('fra-leaf-01');
    expect(overridden[0]).toBe('off inactive: inactive: it applies to no router');
    expect(overridden[1]).toMatch(/^freeze outranked: matches, but outranked by an override: .* rank 1 of 3$/u);
    expect(overridden.at(-1)).toMatch(
      /^any router override: override by ada: lab; without it, #\d+ “freeze” would apply$/u,
    );
    const ranked = await reasons('fra-leaf-02');
    expect(ranked[2]).toMatch(/^old one outranked: .* by #\d+ “freeze” \(as specific, but newer\)/u);
    expect(ranked.at(-1)).toMatch(/\(priority 5 is above 0\)/u);
  });

  test('agree with the table for every router', async () => {
    const { acme, seed } = scopes();
    for (const router of await getRouters(acme, seed.acme.routers)) {
      const applied = (await explainPolicy(acme, router.id)).filter(
        ({ outcome }) => outcome === 'wins' || outcome === 'override',
      );
      expect(applied.map(({ policy }) => policy.id)).toEqual([router.policyId]);
    }
  });

  test('are empty for a router of another organization', async () => {
    const { acme, seed } = scopes();
    await support.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, current_ver)
      VALUES (${seed.globex.id}, 'only-globex', 'only-globex', '10.9.9.9', '1')`;
    expect(await explainPolicy(acme, 'only-globex')).toEqual([]);
  });
});
