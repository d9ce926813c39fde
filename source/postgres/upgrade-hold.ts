import { cleanLine } from '../model/text.ts';
import type { OrganizationScope } from './database.ts';
import { readLimits } from './upgrade-limits.ts';

/** Which limit keeps an upgrade from being begun, and whose upgrades it waits for. */
export interface UpgradeHold {
  readonly limit: 'redundancy group' | 'site' | 'organization';
  /** How many may run at once. */
  readonly most: number;
  /** Clean host names of those that run. */
  readonly hostnames: readonly string[];
}

interface Holder {
  readonly hostname: string;
  readonly sameGroup: boolean;
  readonly sameSite: boolean;
}

/** What keeps an approved upgrade waiting now; null if no limit of its organization does, or it was begun. */
export async function holdOfUpgrade(scope: OrganizationScope, upgradeId: string): Promise<UpgradeHold | null> {
  const [holders, limits] = await Promise.all([readHolders(scope, upgradeId), readLimits(scope)]);
  const names = (held: readonly Holder[]): readonly string[] => held.map(({ hostname }) => cleanLine(hostname));
  const ofGroup = holders.filter(({ sameGroup }) => sameGroup);
  if (ofGroup.length > 0) return { limit: 'redundancy group', most: 1, hostnames: names(ofGroup) };
  const ofSite = holders.filter(({ sameSite }) => sameSite);
  if (limits.perSite !== null && ofSite.length >= limits.perSite) {
    return { limit: 'site', most: limits.perSite, hostnames: names(ofSite) };
  }
  if (limits.perOrganization !== null && holders.length >= limits.perOrganization) {
    return { limit: 'organization', most: limits.perOrganization, hostnames: names(holders) };
  }
  return null;
}

async function readHolders({ sql }: OrganizationScope, upgradeId: string): Promise<readonly Holder[]> {
  return sql<Holder[]>`
    SELECT r.hostname, coalesce(q.redundancy_group = own.redundancy_group, false) AS "sameGroup",
      coalesce(q.site_id = own.site_id, false) AS "sameSite"
    FROM upgrade_queue AS own
    JOIN upgrade_queue AS q ON q.organization_id = own.organization_id AND q.slot_at IS NOT NULL
    JOIN upgrades AS u ON u.organization_id = q.organization_id AND u.id = q.upgrade_id
    JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    WHERE own.upgrade_id = ${upgradeId}::bigint AND own.slot_at IS NULL
    ORDER BY q.slot_at`;
}
