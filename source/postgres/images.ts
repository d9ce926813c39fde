import type postgres from 'postgres';
import type { FirmwareImage } from '../model/image.ts';
import { isUuid } from './columns.ts';
import type { OrganizationScope } from './database.ts';

/** The images that run on a model: golden ones first, then the newest. */
export async function imagesForModel(scope: OrganizationScope, modelId: string): Promise<readonly FirmwareImage[]> {
  if (!isUuid(modelId)) return [];
  return select(
    scope.sql,
    modelId,
    scope.sql`EXISTS (
    SELECT FROM firmware_image_models AS fits WHERE fits.image_id = i.id AND fits.model_id = ${modelId})`,
  );
}

/** One image; null if there is none with this id. */
export async function getImage(scope: OrganizationScope, id: string): Promise<FirmwareImage | null> {
  return (await getImages(scope, [id])).get(id) ?? null;
}

/** The images with these ids that exist, by id. */
export async function getImages(
  scope: OrganizationScope,
  ids: readonly string[],
): Promise<ReadonlyMap<string, FirmwareImage>> {
  const known = ids.filter((id) => isUuid(id));
  if (known.length === 0) return new Map();
  const images = await select(scope.sql, null, scope.sql`i.id = ANY (${known}::uuid[])`);
  return new Map(images.map((image) => [image.id, image]));
}

/** `modelId`: the model that the golden marks are wanted for; null: none, but the one that all share. */
async function select(
  sql: postgres.Sql,
  modelId: string | null,
  condition: postgres.Fragment,
): Promise<readonly FirmwareImage[]> {
  const rows = await sql<(Omit<FirmwareImage, 'sizeBytes'> & { sizeBytes: string })[]>`
    SELECT i.id, v.name AS vendor, i.version, i.file_name AS "fileName", i.size_bytes AS "sizeBytes", i.sha256,
      CASE WHEN EXISTS (SELECT FROM golden_images AS g WHERE g.model_id = ${modelId}::uuid AND g.site_id IS NULL)
        THEN EXISTS (SELECT FROM golden_images AS g WHERE g.model_id = ${modelId}::uuid AND g.site_id IS NULL AND g.image_id = i.id)
        ELSE i.is_golden END AS "isGolden",
      ARRAY (SELECT s.name FROM golden_images AS g JOIN sites AS s ON s.organization_id = g.organization_id AND s.id = g.site_id
        WHERE g.model_id = ${modelId}::uuid AND g.image_id = i.id ORDER BY 1) AS "goldenSites",
      i.minimum_ver AS "minimumVersion",
      ARRAY (SELECT m.model_id FROM firmware_image_models AS m WHERE m.image_id = i.id ORDER BY 1) AS "modelIds"
    FROM firmware_images AS i JOIN vendors AS v ON v.id = i.vendor_id
    WHERE ${condition}
    ORDER BY "isGolden" DESC, i.released_on DESC NULLS LAST, i.created_at DESC, i.file_name`;
  return rows.map((row) => ({ ...row, sizeBytes: Number(row.sizeBytes) }));
}
