import type postgres from 'postgres';
import type { FirmwareImage } from '../model/image.ts';
import { isUuid } from './columns.ts';
import type { OrganizationScope } from './database.ts';

/** The images that run on a model: golden ones first, then the newest. */
export async function imagesForModel(scope: OrganizationScope, modelId: string): Promise<readonly FirmwareImage[]> {
  if (!isUuid(modelId)) return [];
  return select(
    scope.sql,
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
  const images = await select(scope.sql, scope.sql`i.id = ANY (${known}::uuid[])`);
  return new Map(images.map((image) => [image.id, image]));
}

async function select(sql: postgres.Sql, condition: postgres.Fragment): Promise<readonly FirmwareImage[]> {
  const rows = await sql<(Omit<FirmwareImage, 'sizeBytes'> & { sizeBytes: string })[]>`
    SELECT i.id, v.name AS vendor, i.version, i.file_name AS "fileName", i.size_bytes AS "sizeBytes", i.sha256,
      i.is_golden AS "isGolden", i.minimum_ver AS "minimumVersion",
      ARRAY (SELECT m.model_id FROM firmware_image_models AS m WHERE m.image_id = i.id ORDER BY 1) AS "modelIds"
    FROM firmware_images AS i JOIN vendors AS v ON v.id = i.vendor_id
    WHERE ${condition}
    ORDER BY i.is_golden DESC, i.released_on DESC NULLS LAST, i.created_at DESC, i.file_name`;
  return rows.map((row) => ({ ...row, sizeBytes: Number(row.sizeBytes) }));
}
