import type postgres from 'postgres';
import type { CompleteFleet } from './complete-fleet.ts';
import { type SectionReport, sectionOf } from './report.ts';

type Upserted = { name: string; inserted: boolean }[];

/** Writes the organizations and people of a file, and who belongs to what as what. Never removes a membership. */
export async function importPeople(
  sql: postgres.TransactionSql,
  fleet: CompleteFleet,
): Promise<Record<'organizations' | 'operators' | 'members', SectionReport>> {
  const organizations = await sql<Upserted>`
    INSERT INTO organizations AS o (slug, name)
    SELECT slug, name FROM jsonb_to_recordset(${sql.json(fleet.organizations)}) AS f (slug text, name text)
    ON CONFLICT (slug) DO UPDATE SET name = excluded.name WHERE o.name <> excluded.name
    RETURNING o.slug AS name, xmax = 0 AS inserted`;
  const people = fleet.operators.map(({ name, displayName }) => ({ name, display_name: displayName }));
  const operators = await sql<Upserted>`
    INSERT INTO operators AS o (name, display_name)
    SELECT name, display_name FROM jsonb_to_recordset(${sql.json(people)}) AS f (name text, display_name text)
    ON CONFLICT (name) DO UPDATE SET display_name = excluded.display_name WHERE o.display_name <> excluded.display_name
    RETURNING o.name, xmax = 0 AS inserted`;
  const memberships = fleet.operators.flatMap(({ name, memberships: list }) =>
    list.map(({ organization, role }) => ({ organization, name, role })),
  );
  const members = await sql<Upserted>`
    WITH written AS (
      INSERT INTO organization_members AS m (organization_id, operator_id, role)
      SELECT g.id, o.id, f.role
      FROM jsonb_to_recordset(${sql.json(memberships)}) AS f (organization text, name text, role text)
      JOIN organizations AS g ON g.slug = f.organization JOIN operators AS o ON o.name = f.name
      ON CONFLICT (organization_id, operator_id) DO UPDATE SET role = excluded.role WHERE m.role <> excluded.role
      RETURNING m.organization_id, m.operator_id, m.role, xmax = 0 AS inserted)
    SELECT format('%s: %s is %s', g.slug, o.name, w.role) AS name, w.inserted
    FROM written AS w JOIN organizations AS g ON g.id = w.organization_id JOIN operators AS o ON o.id = w.operator_id
    ORDER BY 1`;
  return {
    organizations: sectionOf(organizations, fleet.organizations.length),
    operators: sectionOf(operators, people.length),
    members: sectionOf(members, memberships.length),
  };
}

/** Writes vendors, models and images, which all organizations share. An image keeps the models that it had. */
export async function importCatalogue(
  sql: postgres.TransactionSql,
  fleet: CompleteFleet,
): Promise<Record<'vendors' | 'models' | 'images', SectionReport>> {
  const vendorNames = [...new Set([...fleet.vendors.map(({ name }) => name), ...fleet.impliedVendors])];
  const vendors = await sql<Upserted>`
    INSERT INTO vendors (name) SELECT unnest(${vendorNames}::text[]) ON CONFLICT DO NOTHING
    RETURNING name, true AS inserted`;
  const models = await sql<Upserted>`
    INSERT INTO models AS m (vendor_id, name, platform)
    SELECT v.id, f.name, f.platform
    FROM jsonb_to_recordset(${sql.json([...fleet.models, ...fleet.impliedModels])}) AS f (vendor text, name text, platform text)
    JOIN vendors AS v ON v.name = f.vendor
    ON CONFLICT (vendor_id, name) DO UPDATE SET platform = excluded.platform WHERE m.platform <> excluded.platform
    RETURNING m.name, xmax = 0 AS inserted`;
  const images = await sql<Upserted>`
    INSERT INTO firmware_images AS i (vendor_id, version, file_name, size_bytes, sha256, sha512, minimum_ver, is_golden)
    SELECT v.id, f.version, f."fileName", f."sizeBytes", f.sha256, coalesce(f.sha512, known.sha512), f."minimumVersion", f."isGolden"
    FROM jsonb_to_recordset(${sql.json(fleet.images)}) AS f (vendor text, version text, "fileName" text, "sizeBytes" bigint,
      sha256 text, sha512 text, "minimumVersion" text, "isGolden" boolean)
    JOIN vendors AS v ON v.name = f.vendor
    -- A file without the second digest does not take it from the same image.
    LEFT JOIN firmware_images AS known ON known.file_name = f."fileName" AND known.sha256 = f.sha256
    ON CONFLICT (file_name) DO UPDATE SET vendor_id = excluded.vendor_id, version = excluded.version,
      size_bytes = excluded.size_bytes, sha256 = excluded.sha256, sha512 = excluded.sha512,
      minimum_ver = excluded.minimum_ver, is_golden = excluded.is_golden
    WHERE (i.vendor_id, i.version, i.size_bytes, i.sha256, i.sha512, i.minimum_ver, i.is_golden) IS DISTINCT FROM
      (excluded.vendor_id, excluded.version, excluded.size_bytes, excluded.sha256, excluded.sha512, excluded.minimum_ver,
        excluded.is_golden)
    RETURNING i.file_name AS name, xmax = 0 AS inserted`;
  await sql`
    INSERT INTO firmware_image_models (image_id, model_id)
    SELECT i.id, m.id
    FROM jsonb_to_recordset(${sql.json(fleet.images)}) AS f (vendor text, "fileName" text, models jsonb)
    CROSS JOIN jsonb_array_elements_text(f.models) AS n (name)
    JOIN vendors AS v ON v.name = f.vendor
    JOIN models AS m ON m.vendor_id = v.id AND m.name = n.name
    JOIN firmware_images AS i ON i.file_name = f."fileName"
    ON CONFLICT DO NOTHING`;
  return {
    vendors: sectionOf(vendors, vendorNames.length),
    models: sectionOf(models, fleet.models.length + fleet.impliedModels.length),
    images: sectionOf(images, fleet.images.length),
  };
}

/** Writes one organization's sites, within its scope. Sites that are only mentioned are made, in UTC. */
export async function importSites(
  sql: postgres.TransactionSql,
  fleet: CompleteFleet,
  organization: string,
): Promise<SectionReport> {
  const mine = fleet.sites.filter((site) => site.organization === organization);
  const described = new Set(mine.map(({ name }) => name));
  const implied = fleet.impliedSites
    .filter((site) => site.organization === organization && !described.has(site.name))
    .map(({ name }) => name);
  const rows = await sql<Upserted>`
    INSERT INTO sites AS s (organization_id, name, city, time_zone)
    SELECT current_org_id(), name, city, "timeZone"
    FROM jsonb_to_recordset(${sql.json(mine)}) AS f (name text, city text, "timeZone" text)
    ON CONFLICT (organization_id, name) DO UPDATE SET city = excluded.city, time_zone = excluded.time_zone
    WHERE (s.city, s.time_zone) <> (excluded.city, excluded.time_zone)
    RETURNING s.name, xmax = 0 AS inserted`;
  const made = await sql<Upserted>`
    INSERT INTO sites (organization_id, name)
    SELECT current_org_id(), unnest(${implied}::text[]) ON CONFLICT DO NOTHING
    RETURNING name, true AS inserted`;
  return sectionOf([...rows, ...made], mine.length + implied.length);
}
