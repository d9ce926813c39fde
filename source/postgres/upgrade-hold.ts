import type { Blackout } from '../model/blackout.ts';
import { cleanLine } from '../model/text.ts';
import type { OrganizationScope } from './database.ts';
import { readLimits } from './upgrade-limits.ts';

/** What keeps an upgrade from being begun: a blackout, or a limit, with the upgrades that it waits for. */
export type UpgradeHold =
  | { readonly limit: 'blackout'; readonly blackout: Blackout }
  | {
      readonly limit: 'redundancy group' | 'site' | 'organization';
      /** How many may run at once. */
      readonly most: number;
      /** Clean host names of those that run. */
      readonly hostnames: readonly string[];
    };

interface Holder {
  readonly hostname: string;
  readonly sameGroup: boolean;
  readonly sameSite: boolean;
}

/** What keeps an approved upgrade waiting now; null if nothing in its organization does, or it was begun. */
export async function holdOfUpgrade(scope: OrganizationScope, upgradeId: string): Promise<UpgradeHold | null> {
  const [blackout, holders, limits] = await Promise.all([
    readBlackout(scope, upgradeId),
    readHolders(scope, upgradeId),
    readLimits(scope),
  ]);
  if (blackout !== null) return { limit: 'blackout', blackout };
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

/** The blackout that lasts longest of those that hold for it now. */
async function readBlackout({ sql }: OrganizationScope, upgradeId: string): Promise<Blackout | null> {
  const [row] = await sql<[Blackout?]>`
    SELECT b.id::text, s.name AS site, b.starts_at AS "from", b.ends_at AS "to", b.reason, coalesce(o.name, '?') AS "createdBy"
    FROM upgrade_queue AS own
    JOIN blackouts AS b ON b.organization_id = own.organization_id AND b.starts_at <= now() AND b.ends_at > now()
      AND (b.site_id IS NULL OR b.site_id = own.site_id)
    LEFT JOIN sites AS s ON s.organization_id = b.organization_id AND s.id = b.site_id
    LEFT JOIN operators AS o ON o.id = b.created_by
    WHERE own.upgrade_id = ${upgradeId}::bigint AND own.slot_at IS NULL AND NOT own.ignores_blackouts
    ORDER BY b.ends_at DESC
    LIMIT 1`;
  return row ?? null;
}

async function readHolders({ sql }: OrganizationScope, upgradeId: string): Promise<readonly Holder[]> {
  return sql<Holder[]>`
    SELECT r.hostname, coalesce(q.redundancy_group = own.redundancy_group, false) AS "sameGroup",
      coalesce(q.site_id = own.site_id, false) AS "sameSite"
    FROM upgrade_queue AS own
    JOIN upgrade_queue AS q ON q.organization_id = own.organization_id AND q.slot_at IS NOT NULL
    JOIN upgrades AS u ON u.organization_id = q.organization_id AND u.id = q.upgrade_id
    JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    WHERE own.upgrade_id = ${upgradeId}::bigint AND own.slot_at IS NULL AND NOT own.dry_run
    ORDER BY q.slot_at`;
}
