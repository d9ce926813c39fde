import type { ImageRoute } from '../model/image-route.ts';
import type { OrganizationScope } from './database.ts';
import { type ImageRouteRow, toImageRoute } from './site-images.ts';

/** A site with what is there and what goes on there. */
export interface SiteOverview extends ImageRoute {
  readonly name: string;
  readonly city: string;
  readonly timeZone: string;
  /** Those that are not retired. */
  readonly routers: number;
  /** Of these, the ones that are in maintenance or offline. */
  readonly notActive: number;
  /** Upgrades that wait for approval or for their start. */
  readonly waiting: number;
  /** Running, or held at a step. */
  readonly begun: number;
}

interface Row extends Omit<SiteOverview, keyof ImageRoute>, ImageRouteRow {}

/** The sites of the organization, by name. */
export async function listSiteOverviews({ sql }: OrganizationScope): Promise<readonly SiteOverview[]> {
  const rows = await sql<Row[]>`
    SELECT s.name, s.city, s.time_zone AS "timeZone", s.image_transfer, s.image_url,
      coalesce(r.routers, 0)::int AS routers, coalesce(r.not_active, 0)::int AS "notActive",
      coalesce(u.waiting, 0)::int AS waiting, coalesce(u.begun, 0)::int AS begun
    FROM sites AS s
    LEFT JOIN (
      SELECT site_id, count(*) AS routers, count(*) FILTER (WHERE status <> 'active') AS not_active
      FROM routers WHERE status <> 'retired' GROUP BY site_id) AS r ON r.site_id = s.id
    LEFT JOIN (
      SELECT r.site_id, count(*) FILTER (WHERE u.status NOT IN ('running', 'paused')) AS waiting,
        count(*) FILTER (WHERE u.status IN ('running', 'paused')) AS begun
      FROM upgrades AS u JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
      WHERE u.status IN ('draft', 'pending', 'approved', 'scheduled', 'running', 'paused')
      GROUP BY r.site_id) AS u ON u.site_id = s.id
    ORDER BY s.name`;
  return rows.map(({ image_transfer, image_url, ...row }) => ({
    ...row,
    ...toImageRoute({ image_transfer, image_url }),
  }));
}
