import type postgres from 'postgres';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit } from './audit.ts';
import type { OrganizationScope } from './database.ts';

/** Which image is to be, or no longer to be, what an organization's routers get. */
export interface GoldenMark {
  readonly fileName: string;
  /** Names; empty: all models that the image runs on. */
  readonly models: readonly string[];
  /** Name; null: wherever no site has its own. */
  readonly site: string | null;
}

/**
 * Makes an image the golden one of models, in the organization or at one of its sites; it takes the place of the one that was. Returns the names of the
 * models; audited. Throws a `UserError` for an image, model or site that is not known, or does not fit.
 */
export async function markGolden(scope: OrganizationScope, actor: Actor, mark: GoldenMark): Promise<readonly string[]> {
  return scope.transaction(async (sql) => {
    const { imageId, models, siteId } = await find(sql, mark);
    await sql`
      INSERT INTO golden_images (organization_id, model_id, site_id, image_id)
      SELECT current_org_id(), unnest(${models.map(({ id }) => id)}::uuid[]), ${siteId}::uuid, ${imageId}
      ON CONFLICT (organization_id, model_id, site_id) DO UPDATE SET image_id = excluded.image_id`;
    return audit(sql, actor, mark, models, 'image.golden');
  });
}

/** Takes the mark away again, where this image has it. Returns the names of the models that it was taken from. */
export async function unmarkGolden(
  scope: OrganizationScope,
  actor: Actor,
  mark: GoldenMark,
): Promise<readonly string[]> {
  return scope.transaction(async (sql) => {
    const { imageId, models, siteId } = await find(sql, mark);
    const gone = await sql<{ id: string }[]>`
      DELETE FROM golden_images
      WHERE image_id = ${imageId} AND site_id IS NOT DISTINCT FROM ${siteId}::uuid AND model_id = ANY (${models.map(({ id }) => id)}::uuid[])
      RETURNING model_id AS id`;
    const left = models.filter(({ id }) => gone.some((one) => one.id === id));
    return left.length === 0 ? [] : audit(sql, actor, mark, left, 'image.not_golden');
  });
}

interface Model {
  readonly id: string;
  readonly name: string;
}

interface Found {
  readonly imageId: string;
  readonly models: readonly Model[];
  readonly siteId: string | null;
}

async function find(sql: postgres.TransactionSql, { fileName, models: names, site }: GoldenMark): Promise<Found> {
  const [image] = await sql<[{ id: string }?]>`SELECT id FROM firmware_images WHERE file_name = ${fileName}`;
  if (image === undefined) {
    throw new UserError(`There is no image ${quoted(fileName, 120)} on record; see netup-tui image list.`);
  }
  const fitting = await sql<Model[]>`
    SELECT m.id, m.name FROM firmware_image_models AS f JOIN models AS m ON m.id = f.model_id
    WHERE f.image_id = ${image.id} ORDER BY m.name`;
  const missing = names.find((name) => !fitting.some((model) => model.name === name));
  if (missing !== undefined) {
    const list = fitting.map(({ name }) => name).join(', ');
    throw new UserError(`The image does not run on ${quoted(missing, 80)}; it runs on: ${list}.`);
  }
  const models = names.length === 0 ? fitting : fitting.filter(({ name }) => names.includes(name));
  return { imageId: image.id, models, siteId: site === null ? null : await findSite(sql, site) };
}

async function findSite(sql: postgres.TransactionSql, name: string): Promise<string> {
  const [row] = await sql<[{ id: string }?]>`SELECT id FROM sites WHERE name = ${name}`;
  if (row === undefined) throw new UserError(`There is no site ${quoted(name, 80)} in this organization.`);
  return row.id;
}

async function audit(
  sql: postgres.TransactionSql,
  actor: Actor,
  { fileName, site }: GoldenMark,
  models: readonly Model[],
  action: string,
): Promise<readonly string[]> {
  const names = models.map(({ name }) => name);
  await appendAudit(sql, [{ actor, action, targetType: 'image', targetId: fileName, after: { models: names, site } }]);
  return names;
}
