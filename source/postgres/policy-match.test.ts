import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { campaign } from '../../test/support/campaign.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { useScopes } from '../../test/support/scopes.ts';
import type { PolicyCandidate } from '../model/policy.ts';
import { explainPolicy } from './policies.ts';
import { getRouters } from './routers.ts';

const support = useDatabase();
const scopes = useScopes(support);

const ORGANIZATIONS = ['acme', 'globex'] as const;
// Two of each are enough, and let rules meet often.
const VENDORS = ['cisco', 'juniper'] as const;
const MODELS = ['asr', 'mx'] as const;
const SITES = ['ams', 'fra'] as const;

const orNone = <T extends string>(names: readonly T[]): fc.Arbitrary<T | null> => fc.constantFrom(null, null, ...names);
const aPolicy = fc
  .record({
    organization: fc.constantFrom(null, 'acme' as const, 'acme' as const, 'acme' as const, 'globex' as const),
    vendor: orNone(VENDORS),
    model: orNone(MODELS),
    site: orNone(SITES),
    // Few different values, so that ties are common.
    priority: fc.constantFrom(0, 0, 0, -1, 5),
    createdAt: fc.constantFrom(1000, 1000, 2000),
    isActive: fc.constantFrom(true, true, true, false),
  })
  // A site is an organization's own, so a shared rule names none.
  .map((policy) => (policy.organization === null ? { ...policy, site: null } : policy));
const aRouter = fc.record({
  organization: fc.constantFrom('acme' as const, 'acme' as const, 'globex' as const),
  vendor: fc.constantFrom(null, ...VENDORS, ...VENDORS),
  model: fc.constantFrom(null, ...MODELS, ...MODELS),
  site: fc.constantFrom(null, ...SITES, ...SITES),
  /** Which of the policies that its organization sees, if any. */
  override: fc.option(fc.nat(), { freq: 4 }),
});
const aFleet = fc.record({
  policies: fc.array(aPolicy, { maxLength: 24, size: 'max' }),
  routers: fc.array(aRouter, { minLength: 1, maxLength: 10, size: 'max' }),
});

type Of<A> = A extends fc.Arbitrary<infer T> ? T : never;
type Policy = Of<typeof aPolicy> & { readonly id: number };
type Router = Of<typeof aRouter> & { readonly id: string };

// The rule, as plainly as it can be said.

function sees(router: Router, policy: Policy): boolean {
  return policy.organization === null || policy.organization === router.organization;
}

function misfits(router: Router, policy: Policy): readonly string[] {
  return (['vendor', 'model', 'site'] as const).filter((field) => {
    return policy[field] !== null && policy[field] !== router[field];
  });
}

/** Negative if `a` goes before `b`. */
function byRank(a: Policy, b: Policy): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  for (const field of ['organization', 'model', 'vendor', 'site'] as const) {
    if (a[field] !== null && b[field] === null) return -1;
    if (a[field] === null && b[field] !== null) return 1;
  }
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  return a.id - b.id;
}

interface Expected {
  readonly policyId: number | null;
  readonly candidates: readonly { readonly id: number; readonly outcome: string; readonly reason: RegExp }[];
}

function expected(router: Router, policies: readonly Policy[]): Expected {
  const visible = policies.filter((policy) => sees(router, policy)).toSorted(byRank);
  const matching = visible.filter((policy) => policy.isActive && misfits(router, policy).length === 0);
  const override = overrideOf(router, policies);
  const policyId = override ?? matching[0]?.id ?? null;
  const candidates = visible.map((policy) => {
    const { id } = policy;
    const place = `rank ${matching.indexOf(policy) + 1} of ${matching.length}$`;
    if (id === override) return { id, outcome: 'override', reason: without(matching[0]) };
    if (!policy.isActive) return { id, outcome: 'inactive', reason: /^inactive/u };
    const wrong = misfits(router, policy);
    if (wrong.length > 0) return { id, outcome: 'mismatch', reason: mismatch(wrong) };
    if (id === policyId) return { id, outcome: 'wins', reason: new RegExp(`^wins: .*${place}`, 'u') };
    const above = override === null ? whatDecides(matching[0], policy) : 'an override';
    return { id, outcome: 'outranked', reason: new RegExp(`outranked by ${above}.*${place}`, 'u') };
  });
  return { policyId, candidates };
}

function overrideOf(router: Router, policies: readonly Policy[]): number | null {
  const visible = policies.filter((policy) => sees(router, policy));
  if (router.override === null || visible.length === 0) return null;
  return visible[router.override % visible.length]?.id ?? null;
}

function without(best: Policy | undefined): RegExp {
  const rest = best === undefined ? 'nothing else matches' : `without it, #${best.id} .* would apply`;
  return new RegExp(`^override by ben: tried; ${rest}$`, 'u');
}

function mismatch(fields: readonly string[]): RegExp {
  return new RegExp(`^does not match: ${fields.map((field) => `${field} is [^,]+, not [^,]+`).join(', ')}$`, 'u');
}

function whatDecides(best: Policy | undefined, policy: Policy): string {
  if (best === undefined) return 'nobody';
  if (best.priority !== policy.priority) {
    return `#${best.id} .*priority ${best.priority} is above ${policy.priority}`;
  }
  const named = (p: Policy): string =>
    [p.organization, p.model, p.vendor, p.site].map((name) => name !== null).join(' ');
  return `#${best.id} .*${named(best) === named(policy) ? 'as specific' : 'more specific'}`;
}

/** Puts a fleet in place of the one before. */
async function load(fleet: Of<typeof aFleet>): Promise<{ policies: Policy[]; routers: Router[] }> {
  const { seed } = scopes();
  const policies: Policy[] = [];
  const routers = fleet.routers.map((router, index) => ({ ...router, id: `r${index}` }));
  await support.admin.begin(async (sql) => {
    await sql`DELETE FROM router_policy_overrides`;
    await sql`DELETE FROM routers`;
    await sql`DELETE FROM upgrade_policies`;
    for (const policy of fleet.policies) {
      const { organization, vendor, model, site, priority, createdAt, isActive } = policy;
      const [row] = await sql<{ id: number }[]>`INSERT INTO upgrade_policies ${sql({
        organization_id: organization && seed[organization].id,
        vendor_id: vendor && seed.vendors[vendor],
        model_id: model && seed.models[model],
        site_id: organization && site && seed[organization].sites[site],
        name: 'p',
        priority,
        created_at: new Date(createdAt),
        is_active: isActive,
        max_cpu_percent: 80,
        min_free_mem_percent: 20,
      })} RETURNING id::int`;
      policies.push({ ...policy, id: row?.id ?? 0 });
    }
    for (const [index, router] of routers.entries()) {
      const { organization, vendor, model, site, id } = router;
      const organization_id = seed[organization].id;
      await sql`INSERT INTO routers ${sql({
        organization_id,
        id,
        hostname: id,
        mgmt_ip: `10.1.0.${index}`,
        vendor_id: vendor && seed.vendors[vendor],
        model_id: model && seed.models[model],
        site_id: site && seed[organization].sites[site],
        current_ver: '1',
      })}`;
      const policy_id = overrideOf(router, policies);
      if (policy_id === null) continue;
      const override = { organization_id, router_id: id, policy_id, reason: 'tried', created_by: seed.ben.id };
      await sql`INSERT INTO router_policy_overrides ${sql(override)}`;
    }
  });
  return { policies, routers };
}

describe('the policy of a router', () => {
  it('is the same by the view, by one lookup, by the explanation, and by the plain rule', async () => {
    const { seed: randomSeed, runs } = campaign({ seed: 4, runs: 200 });
    const property = fc.asyncProperty(aFleet, async (fleet) => {
      const { policies, routers } = await load(fleet);
      for (const organization of ORGANIZATIONS) {
        const scope = scopes()[organization];
        const own = routers.filter((router) => router.organization === organization);
        const view =
          await scope.sql`SELECT router_id AS id, policy_id::int AS policy FROM router_policy ORDER BY router_id`;
        expect([...view]).toEqual(
          own.map((router) => ({ id: router.id, policy: expected(router, policies).policyId })),
        );
        for (const router of own) {
          const { policyId, candidates } = expected(router, policies);
          const [found] = await getRouters(scope, [router.id]);
          expect(found?.policyId ?? null).toBe(policyId === null ? null : String(policyId));
          const explained = await explainPolicy(scope, router.id);
          expect(explained.map(outcome)).toEqual(candidates.map(({ id, outcome: word }) => [String(id), word]));
          explained.forEach(({ reason }, index) => expect(reason).toMatch(candidates[index]?.reason ?? /^$/u));
        }
      }
    });
    await fc.assert(property, { seed: randomSeed, numRuns: runs });
    // A campaign takes as long as it takes.
  }, 0);
});

function outcome({ policy, outcome: word }: PolicyCandidate): readonly [string, string] {
  return [policy.id, word];
}
