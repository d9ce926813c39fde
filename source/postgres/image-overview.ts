import { z } from 'zod';
import type { OrganizationScope } from './database.ts';
import { type CatalogueImage, listImages } from './image-catalogue.ts';

/** Where the organization has made an image the golden one. */
export interface GoldenPlace {
  readonly model: string;
  /** Name; null: wherever no site has its own. */
  readonly site: string | null;
}

/** An image with the routers of the organization that have to do with it. */
export interface ImageOverview extends CatalogueImage {
  /** The organization's own marks; `isGolden` is the one that all organizations share. */
  readonly golden: readonly GoldenPlace[];
  /** Routers of its models that run its version; those that are retired do not count. */
  readonly running: number;
  /** Routers of its models whose target it meets. */
  readonly targeted: number;
}

/** All images, by vendor, newest first. */
export async function listImageOverviews(scope: OrganizationScope): Promise<readonly ImageOverview[]> {
  const [images, rows] = await Promise.all([
    listImages(scope),
    // Routers are counted by version first: there are few versions, however many routers there are.
    scope.sql<{ fileName: string; golden: unknown; running: number; targeted: number }[]>`
      WITH runs AS MATERIALIZED (
        SELECT model_id, current_ver AS ver, current_ver_key AS key, count(*) AS routers
        FROM routers WHERE status <> 'retired' GROUP BY 1, 2, 3),
      wants AS MATERIALIZED (
        SELECT model_id, target_ver AS ver, target_ver_key AS key, count(*) AS routers
        FROM routers WHERE status <> 'retired' AND target_ver IS NOT NULL GROUP BY 1, 2, 3)
      SELECT i.file_name AS "fileName",
        (SELECT coalesce(sum(r.routers), 0) FROM firmware_image_models AS f JOIN runs AS r ON r.model_id = f.model_id
          WHERE f.image_id = i.id AND coalesce(key_runs_release(r.key, i.version_key), r.ver = i.version))::int AS running,
        (SELECT coalesce(sum(w.routers), 0) FROM firmware_image_models AS f JOIN wants AS w ON w.model_id = f.model_id
          WHERE f.image_id = i.id AND coalesce(key_runs_release(i.version_key, w.key), w.ver = i.version))::int AS targeted,
        (SELECT coalesce(jsonb_agg(jsonb_build_object('model', m.name, 'site', s.name) ORDER BY s.name NULLS FIRST, m.name), '[]')
          FROM golden_images AS g JOIN models AS m ON m.id = g.model_id
          LEFT JOIN sites AS s ON s.organization_id = g.organization_id AND s.id = g.site_id
          WHERE g.image_id = i.id) AS golden
      FROM firmware_images AS i`,
  ]);
  const found = new Map(rows.map((row) => [row.fileName, row]));
  return images.map((image) => {
    const row = found.get(image.fileName);
    const golden = row === undefined ? [] : placesSchema.parse(row.golden);
    return { ...image, golden, running: row?.running ?? 0, targeted: row?.targeted ?? 0 };
  });
}

const placesSchema = z.array(z.object({ model: z.string(), site: z.string().nullable() }));
