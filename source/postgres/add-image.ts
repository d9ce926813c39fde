import type postgres from 'postgres';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { CatalogueImage } from './image-catalogue.ts';
import { appendAuditEverywhere } from './audit-everywhere.ts';
import { becomeOwner } from './become-owner.ts';
import type { Transactor } from './database.ts';

export type NewImage = Omit<CatalogueImage, 'sha512'> & { readonly sha512: string };

interface KnownModels {
  readonly vendorId: string;
  readonly modelIds: readonly string[];
}

/** The names of the models that an image is for, before anything is read: throws a `UserError` if the vendor or one of them is not known. */
export async function assertModels(admin: Transactor, vendor: string, models: readonly string[]): Promise<void> {
  await admin.transaction(async (sql) => {
    await becomeOwner(sql);
    await findModels(sql, vendor, models);
  });
}

/**
 * Puts an image on record, for all organizations and with a row in the trail of each; `place` is called last within the transaction, and
 * undoes it by rejecting. An image that is on record with the same contents gets the models that it lacks, its SHA-512 and the golden mark, but
 * loses nothing. Throws a `UserError` if it is on record with other contents or another version: the name of an image never changes its
 * meaning. `admin` logs in as the administrator of the database.
 */
export async function addImage(
  admin: Transactor,
  image: NewImage,
  place: () => Promise<void>,
): Promise<'added' | 'completed' | 'unchanged'> {
  return admin.transaction(async (sql) => {
    await becomeOwner(sql);
    const { vendorId, modelIds } = await findModels(sql, image.vendor, image.models);
    const inserted = await insert(sql, image, vendorId);
    const id = inserted ?? (await complete(sql, image, vendorId));
    const fits = await sql`
      INSERT INTO firmware_image_models (image_id, model_id) SELECT ${id.imageId}, unnest(${modelIds}::uuid[])
      ON CONFLICT DO NOTHING`;
    const outcome = inserted !== null ? 'added' : id.changed || fits.count > 0 ? 'completed' : 'unchanged';
    if (outcome !== 'unchanged') {
      const { fileName, ...after } = image;
      await appendAuditEverywhere(sql, [
        {
          actor: null,
          action: 'image.add',
          targetType: 'image',
          targetId: fileName,
          after: { ...after, models: [...image.models] },
        },
      ]);
    }
    await place();
    return outcome;
  });
}

interface Written {
  readonly imageId: string;
  readonly changed: boolean;
}

async function insert(sql: postgres.TransactionSql, image: NewImage, vendorId: string): Promise<Written | null> {
  const [row] = await sql<[{ id: string }?]>`
    INSERT INTO firmware_images (vendor_id, version, file_name, size_bytes, sha256, sha512, minimum_ver, is_golden, released_on)
    VALUES (${vendorId}, ${image.version}, ${image.fileName}, ${image.sizeBytes}, ${image.sha256}, ${image.sha512},
      ${image.minimumVersion}, ${image.isGolden}, ${image.releasedOn}::date)
    ON CONFLICT (file_name) DO NOTHING
    RETURNING id`;
  return row === undefined ? null : { imageId: row.id, changed: true };
}

async function complete(sql: postgres.TransactionSql, image: NewImage, vendorId: string): Promise<Written> {
  const [row] = await sql<[{ id: string; same: boolean; version: string; vendorId: string }]>`
    SELECT id, size_bytes = ${image.sizeBytes} AND sha256 = ${image.sha256} AS same, version, vendor_id AS "vendorId"
    FROM firmware_images WHERE file_name = ${image.fileName} FOR UPDATE`;
  const name = quoted(image.fileName, 120);
  if (!row.same) {
    throw new UserError(
      `${name} is on record with other contents: give this file another name, or check where it comes from.`,
    );
  }
  if (row.version !== image.version || row.vendorId !== vendorId) {
    throw new UserError(`${name} is on record as version ${quoted(row.version, 40)} of its vendor: name that one.`);
  }
  const written = await sql`
    UPDATE firmware_images SET sha512 = ${image.sha512}, is_golden = is_golden OR ${image.isGolden},
      minimum_ver = coalesce(minimum_ver, ${image.minimumVersion}), released_on = coalesce(released_on, ${image.releasedOn}::date)
    WHERE id = ${row.id} AND (sha512 IS NULL OR is_golden < ${image.isGolden}
      OR (minimum_ver IS NULL AND ${image.minimumVersion}::text IS NOT NULL)
      OR (released_on IS NULL AND ${image.releasedOn}::date IS NOT NULL))`;
  return { imageId: row.id, changed: written.count > 0 };
}

async function findModels(
  sql: postgres.TransactionSql,
  vendor: string,
  names: readonly string[],
): Promise<KnownModels> {
  const [found] = await sql<[{ id: string }?]>`SELECT id FROM vendors WHERE name = ${vendor}`;
  if (found === undefined) {
    const vendors = await sql<{ name: string }[]>`SELECT name FROM vendors ORDER BY name`;
    throw new UserError(
      `There is no vendor ${quoted(vendor, 80)}; there are: ${vendors.map(({ name }) => name).join(', ')}.`,
    );
  }
  const models = await sql<
    { id: string; name: string }[]
  >`SELECT id, name FROM models WHERE vendor_id = ${found.id} ORDER BY name`;
  const missing = names.find((name) => !models.some((model) => model.name === name));
  if (missing !== undefined) {
    throw new UserError(
      `There is no model ${quoted(missing, 80)} of ${vendor}; there are: ${models.map(({ name }) => name).join(', ')}.`,
    );
  }
  return { vendorId: found.id, modelIds: models.filter(({ name }) => names.includes(name)).map(({ id }) => id) };
}
