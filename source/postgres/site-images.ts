import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { IMAGE_TRANSFERS, type ImageRoute } from '../model/image-route.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit } from './audit.ts';
import { oneOf } from './columns.ts';
import type { OrganizationScope } from './database.ts';

/** A site, and how its routers get their images. */
export interface SiteImages extends ImageRoute {
  readonly name: string;
  readonly city: string;
  /** Those that are not retired. */
  readonly routers: number;
}

/** A route as a row has it; both null for routers without a site. */
export interface ImageRouteRow {
  readonly image_transfer: string | null;
  readonly image_url: string | null;
}

export function toImageRoute({ image_transfer: transfer, image_url: url }: ImageRouteRow): ImageRoute {
  return { transfer: transfer === null ? null : oneOf(IMAGE_TRANSFERS, transfer, 'sites.image_transfer'), url };
}

/** The sites of the organization, by name. */
export async function listSites({ sql }: Pick<OrganizationScope, 'sql'>): Promise<readonly SiteImages[]> {
  const rows = await sql<(ImageRouteRow & { name: string; city: string; routers: number })[]>`
    SELECT s.name, s.city, s.image_transfer, s.image_url, count(r.id)::int AS routers
    FROM sites AS s
    LEFT JOIN routers AS r ON r.organization_id = s.organization_id AND r.site_id = s.id AND r.status <> 'retired'
    GROUP BY s.organization_id, s.id ORDER BY s.name`;
  return rows.map((row) => ({ name: row.name, city: row.city, routers: row.routers, ...toImageRoute(row) }));
}

/** Sets how the routers of a site get their images, audited; what is left out stays. Gives what holds then. Throws a `UserError` if there is no such site. */
export async function setSiteImages(
  scope: OrganizationScope,
  actor: Actor,
  name: string,
  change: Partial<ImageRoute>,
): Promise<ImageRoute> {
  return scope.transaction(async (sql) => {
    const [row] = await sql<[ImageRouteRow?]>`
      SELECT image_transfer, image_url FROM sites WHERE name = ${name} FOR UPDATE`;
    if (row === undefined) throw new UserError(`There is no site ${quoted(name, 40)} in this organization.`);
    const before = toImageRoute(row);
    const after = { ...before, ...change };
    if (after.transfer === before.transfer && after.url === before.url) return after;
    await sql`UPDATE sites SET image_transfer = ${after.transfer}, image_url = ${after.url} WHERE name = ${name}`;
    await appendAudit(sql, [
      { actor, action: 'site.set', targetType: 'site', targetId: name, before: { ...before }, after },
    ]);
    return after;
  });
}
