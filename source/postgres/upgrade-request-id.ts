import type { OrganizationScope } from './database.ts';

/** The correlation id that the request of an upgrade has in the audit trail; null if the trail does not have the request (any more). */
export async function requestOfUpgrade({ sql }: OrganizationScope, upgradeId: string): Promise<string | null> {
  const [row] = await sql<[{ id: string }?]>`
    SELECT correlation_id AS id FROM audit_events
    WHERE organization_id = current_org_id() AND upgrade_id = ${upgradeId}::bigint AND action = 'upgrade.request'
    ORDER BY seq LIMIT 1`;
  return row?.id ?? null;
}
