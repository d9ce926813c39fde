import type { Database } from './database.ts';

/** Every organization, for a process that works for each in turn. For netup_worker. */
export async function organizationIds({ unscoped }: Database): Promise<readonly string[]> {
  const rows = await unscoped<{ id: string }[]>`SELECT organization_ids()::text AS id`;
  return rows.map(({ id }) => id);
}
