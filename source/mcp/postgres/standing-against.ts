import { FAILURES_MS } from '../../model/gate-failures.ts';
import type { Router } from '../../model/router.ts';
import { listBlackouts } from '../../postgres/blackouts.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import { pastFailures } from '../../postgres/past-failures.ts';
import { MOST_ROWS } from '../paging.ts';
import { untrusted } from '../untrusted.ts';
import type { RouterAnswer } from './router-answer.ts';

type StandingAgainst = Pick<
  RouterAnswer,
  'blackouts' | 'blackouts_omitted' | 'recent_failures' | 'recent_failures_omitted'
>;

/** What speaks against an upgrade of a router whatever its health: blackouts at its site, and what failed lately. */
export async function standingAgainst(scope: OrganizationScope, router: Router, now: Date): Promise<StandingAgainst> {
  const [all, failed] = await Promise.all([
    listBlackouts(scope, now),
    pastFailures(scope, [router.id], new Date(now.getTime() - FAILURES_MS)),
  ]);
  const blackouts = all.filter(({ site }) => site === null || site === router.site);
  const failures = failed.get(router.id) ?? [];
  return {
    blackouts: blackouts.slice(0, MOST_ROWS).map(({ id, site, from, to, reason, createdBy }) => ({
      blackout_id: id,
      site,
      from: from.toISOString(),
      to: to.toISOString(),
      reason: untrusted(reason),
      created_by: createdBy,
    })),
    blackouts_omitted: Math.max(0, blackouts.length - MOST_ROWS),
    recent_failures: failures.slice(0, MOST_ROWS).map(({ upgradeId, status, at }) => ({
      upgrade_id: upgradeId,
      status,
      at: new Date(at).toISOString(),
    })),
    recent_failures_omitted: Math.max(0, failures.length - MOST_ROWS),
  };
}
