import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { Database } from '../postgres/database.ts';
import { organizationIds } from '../postgres/organization-ids.ts';

/** The organizations of a list of slugs; `only` is null if all are meant. Throws a `UserError` for one that there is not. */
export async function chosenOrganizations(
  database: Database,
  list: string | undefined,
): Promise<{ readonly only: readonly string[] | null; readonly all: readonly string[] }> {
  const all = await organizationIds(database);
  if (list === undefined) return { only: null, all };
  const ids = new Map<string, string>();
  for (const id of all) {
    const [row] = await database.organization(id).sql<[{ slug: string }?]>`SELECT slug FROM organizations`;
    if (row !== undefined) ids.set(row.slug, id);
  }
  const only = list.split(',').map((slug) => {
    const id = ids.get(slug.trim());
    if (id !== undefined) return id;
    throw new UserError(
      `netup-tui collect: there is no organization ${quoted(slug.trim(), 80)}; --organizations takes slugs.`,
      {
        exitCode: 2,
      },
    );
  });
  return { only, all: only };
}
