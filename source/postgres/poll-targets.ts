import { z } from 'zod';
import { PLATFORMS } from '../model/platform.ts';
import type { OrganizationScope } from './database.ts';

const rowSchema = z.object({
  routerId: z.string(),
  hostname: z.string(),
  site: z.string().nullable(),
  vendor: z.string().nullable(),
  platform: z.enum(PLATFORMS).nullable(),
  model: z.string().nullable(),
  address: z.string(),
  snmpPort: z.number(),
  sshPort: z.number(),
  hostKey: z.string().nullable(),
  share: z.number(),
  isOffline: z.boolean(),
});

/** A router as collectors read it from the inventory. */
export interface TargetRow extends z.output<typeof rowSchema> {
  readonly organizationId: string;
}

/** The routers of an organization that are in service and in these shares (null: all), by id. `isOffline`: a collector said so. */
export async function listTargets(
  scope: OrganizationScope,
  shares: readonly number[] | null,
): Promise<readonly TargetRow[]> {
  const { sql, organizationId } = scope;
  const mine =
    shares === null ? sql`true` : sql`collector_share(r.organization_id, r.id) = ANY (${[...shares]}::smallint[])`;
  const rows = await sql`
    SELECT r.id AS "routerId", r.hostname, s.name AS site, v.name AS vendor, m.platform, m.name AS model, host(r.mgmt_ip) AS address,
      r.snmp_port AS "snmpPort", r.mgmt_port AS "sshPort", r.ssh_host_key AS "hostKey",
      collector_share(r.organization_id, r.id) AS share, h.offline_since IS NOT NULL AS "isOffline"
    FROM routers AS r
    LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
    LEFT JOIN vendors AS v ON v.id = r.vendor_id
    LEFT JOIN models AS m ON m.id = r.model_id
    LEFT JOIN router_health AS h ON h.organization_id = r.organization_id AND h.router_id = r.id
    WHERE r.status <> 'retired' AND ${mine}
    ORDER BY r.id`;
  return rows.map((row) => ({ ...rowSchema.parse(row), organizationId }));
}
