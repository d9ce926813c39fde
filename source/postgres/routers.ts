import type { Router } from '../model/router.ts';
import type { OrganizationScope } from './database.ts';
import { ROUTER_COLUMNS, RouterReader } from './router-row.ts';

export { pinHostKey, retireRouter, setRouter } from './router-writes.ts';

const FIRST_BATCH = 200;
/** Few enough that what the driver makes of them is gone again before the next come: large batches take 100 MB of memory. */
const BATCH = 2000;

/**
 * Every router of the organization, by hostname, from one snapshot: a first batch of 200 that comes at once, then batches of
 * `batchSize`. Takes a connection until the last batch is read or the loop is left.
 */
export async function* streamRouters(scope: OrganizationScope, batchSize = BATCH): AsyncGenerator<readonly Router[]> {
  const reader = new RouterReader();
  const batches = scope.batches(
    (sql) => sql`SELECT ${sql.unsafe(ROUTER_COLUMNS)} FROM fleet ORDER BY hostname COLLATE "C"`,
    { first: Math.min(FIRST_BATCH, batchSize), rest: batchSize },
  );
  for await (const rows of batches) yield rows.map((row) => reader.read(row));
}

/** The first routers by hostname, as many as a screen has room for: at once, where `streamRouters` has to prepare for all. */
export async function firstRouters(scope: OrganizationScope): Promise<readonly Router[]> {
  const { sql } = scope;
  const rows = await sql`
    SELECT ${sql.unsafe(ROUTER_COLUMNS)} FROM fleet ORDER BY hostname COLLATE "C" LIMIT ${FIRST_BATCH}`.values();
  const reader = new RouterReader();
  return rows.map((row) => reader.read(row));
}

/** The routers with these ids that exist, by hostname. */
export async function getRouters(scope: OrganizationScope, ids: readonly string[]): Promise<readonly Router[]> {
  if (ids.length === 0) return [];
  const { sql } = scope;
  const rows = await sql`
    SELECT ${sql.unsafe(ROUTER_COLUMNS)} FROM fleet WHERE id = ANY (${[...ids]}::text[]) ORDER BY hostname COLLATE "C"`.values();
  const reader = new RouterReader();
  return rows.map((row) => reader.read(row));
}

/** The router with this hostname, else with this id; null if there is none. */
export async function findRouter(scope: OrganizationScope, hostnameOrId: string): Promise<Router | null> {
  const { sql } = scope;
  const [row] = await sql`
    SELECT ${sql.unsafe(ROUTER_COLUMNS)} FROM fleet
    WHERE hostname = ${hostnameOrId} OR id = ${hostnameOrId}
    ORDER BY (hostname = ${hostnameOrId}) DESC LIMIT 1`.values();
  return row === undefined ? null : new RouterReader().read(row);
}

/** The fingerprint that the router's SSH host key must have (`SHA256:...`); null if none is on record, or no such router. */
export async function getHostKey(scope: OrganizationScope, routerId: string): Promise<string | null> {
  const [row] = await scope.sql<[{ key: string | null }?]>`
    SELECT ssh_host_key AS key FROM routers WHERE id = ${routerId}`;
  return row?.key ?? null;
}
