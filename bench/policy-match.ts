import { interleave } from './interleave.ts';
import { LARGE, SMALL, startOrganizations } from './organizations.ts';
import { type Result, result } from './result.ts';

const RUNS = 9;

/** The rule of the view `router_policy` as one would write it by hand, without row-level security. */
const PLAIN = `
  SELECT count(m.id) FROM routers AS r
  LEFT JOIN LATERAL (
    SELECT p.id FROM upgrade_policies AS p
    WHERE p.is_active AND (p.organization_id IS NULL OR p.organization_id = r.organization_id)
      AND (p.model_id IS NULL OR p.model_id = r.model_id) AND (p.vendor_id IS NULL OR p.vendor_id = r.vendor_id)
      AND (p.site_id IS NULL OR p.site_id = r.site_id)
    ORDER BY p.priority DESC, p.specificity DESC, p.created_at DESC, p.id LIMIT 1
  ) AS m ON true
  WHERE r.organization_id = `;

/** Matches 100,000 routers with 1,000 policies, 2,000 with as many, and one; next to the plain query in the same run. */
export async function benchPolicyMatch(): Promise<readonly Result[]> {
  const { admin, as, stop } = await startOrganizations();
  try {
    const [large, small] = [as(LARGE), as(SMALL)];
    const view = 'SELECT count(policy_id) FROM router_policy';
    const took = await interleave(RUNS, {
      all: async () => void (await large.unsafe(view)),
      plainAll: async () => void (await admin.unsafe(`${PLAIN} '${LARGE}'`)),
      few: async () => void (await small.unsafe(view)),
      plainFew: async () => void (await admin.unsafe(`${PLAIN} '${SMALL}'`)),
      one: async () => void (await large`SELECT policy_id FROM router_policy WHERE router_id = 'r500'`),
      plainOne: async () => void (await admin.unsafe(`${PLAIN} '${LARGE}' AND r.id = 'r500'`)),
    });
    const row = (name: string, own: keyof typeof took, plain: keyof typeof took, goal: number): Result =>
      result(`policy match: ${name}`, took[own].median, 'ms', {
        best: took[own].min,
        reference: took[plain].median,
        goal,
      });
    return [
      row('100,000 routers x 1,000 policies', 'all', 'plainAll', took.plainAll.median * 1.3),
      row('an organization of 2,000 routers', 'few', 'plainFew', 20),
      row('one router', 'one', 'plainOne', 2),
    ];
  } finally {
    await stop();
  }
}
