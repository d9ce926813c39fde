import type { Database } from './database.ts';
import type { LeaseTerms } from './upgrade-queue.ts';

/** A process that polls routers. */
export interface CollectorPresence {
  /** A uuid, new for each start. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly programVersion: string;
  /** How many routers it polls at once at most. */
  readonly atOnce: number;
  /** Ids of the organizations that it polls; null: all. */
  readonly organizations: readonly string[] | null;
}

/** What a collector has of one organization: of its 64 shares, these. */
export interface Holding {
  readonly organizationId: string;
  readonly shares: readonly number[];
  /** How many it should give back, since there are other collectors. */
  readonly surplus: number;
}

/** Says that a collector is there, renews what it has, and takes what is free up to its fair part of each organization. */
export async function shareRouters(
  database: Database,
  collector: CollectorPresence,
  { routers, silent }: { readonly routers: number; readonly silent: number },
  terms: LeaseTerms,
): Promise<readonly Holding[]> {
  const { id, host, pid, programVersion, atOnce, organizations } = collector;
  return database.unscoped<Holding[]>`
    SELECT organization_id AS "organizationId", shares, surplus
    FROM share_routers(${id}::uuid, ${host}, ${pid}::integer, ${programVersion}, ${atOnce}::integer, ${routers}::integer,
      ${silent}::integer, ${organizations === null ? null : [...organizations]}::uuid[], ${`${terms.lease} ms`}::interval,
      ${`${terms.margin} ms`}::interval)`;
}

/** One share of an organization's routers. */
export interface Share {
  readonly organizationId: string;
  readonly share: number;
}

/** Gives shares back: nothing of them may be being polled any more. */
export async function releaseShares(database: Database, collectorId: string, shares: readonly Share[]): Promise<void> {
  await database.unscoped`
    SELECT release_shares(${collectorId}::uuid, ${shares.map(({ organizationId }) => organizationId)}::uuid[],
      ${shares.map(({ share }) => share)}::smallint[])`;
}

/** Gives everything back: the collector ends. */
export async function dismissCollector(database: Database, collectorId: string): Promise<void> {
  await database.unscoped`SELECT dismiss_collector(${collectorId}::uuid)`;
}
