import type { OrganizationScope } from './database.ts';

/** A firmware image as lists and checks of the files need it. */
export interface CatalogueImage {
  readonly vendor: string;
  readonly version: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Null if it was never computed: some platforms then cannot verify the image. */
  readonly sha512: string | null;
  readonly minimumVersion: string | null;
  readonly isGolden: boolean;
  /** Names of the models that it runs on. */
  readonly models: readonly string[];
  /** `2026-11-24`; null if nobody said. */
  readonly releasedOn: string | null;
}

/** All images, by vendor, newest first. */
export async function listImages({ sql }: OrganizationScope): Promise<readonly CatalogueImage[]> {
  const rows = await sql<(Omit<CatalogueImage, 'sizeBytes'> & { sizeBytes: string })[]>`
    SELECT v.name AS vendor, i.version, i.file_name AS "fileName", i.size_bytes AS "sizeBytes", i.sha256, i.sha512,
      i.minimum_ver AS "minimumVersion", i.is_golden AS "isGolden", i.released_on::text AS "releasedOn",
      ARRAY (SELECT m.name FROM firmware_image_models AS f JOIN models AS m ON m.id = f.model_id
        WHERE f.image_id = i.id ORDER BY 1) AS models
    FROM firmware_images AS i JOIN vendors AS v ON v.id = i.vendor_id
    ORDER BY v.name, i.released_on DESC NULLS LAST, i.created_at DESC, i.file_name`;
  return rows.map((row) => ({ ...row, sizeBytes: Number(row.sizeBytes) }));
}
