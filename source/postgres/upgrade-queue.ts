import postgres from 'postgres';
import type { Database } from './database.ts';

/** An upgrade that a worker has, and the epoch that its writes must have. Ids of any organization. */
export interface Claim {
  readonly organizationId: string;
  readonly upgradeId: string;
  readonly epoch: string;
}

/** Another worker has the upgrade: what was to be written was not. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Milliseconds. */
export interface LeaseTerms {
  /** How long a claim holds without being renewed. */
  readonly lease: number;
  /** How much longer others wait, since clocks run unevenly where machines are paused. */
  readonly margin: number;
}

/** Takes up to so many upgrades that are due and that no living worker has. */
export async function claimUpgrades(
  database: Database,
  workerId: string,
  howMany: number,
  terms: LeaseTerms,
): Promise<readonly Claim[]> {
  return database.unscoped<Claim[]>`
    SELECT organization_id AS "organizationId", upgrade_id AS "upgradeId", epoch
    FROM claim_upgrades(${workerId}, ${howMany}, ${seconds(terms.lease)}::interval, ${seconds(terms.margin)}::interval)`;
}

/**
 * Makes claims hold for another lease. Gives those that are still this worker's, each with whether it was renewed: one that is busy in the database
 * right now is not, and is to be tried again soon.
 */
export async function renewClaims(
  database: Database,
  claims: readonly Claim[],
  terms: LeaseTerms,
): Promise<ReadonlyMap<string, boolean>> {
  const rows = await database.unscoped<{ organizationId: string; upgradeId: string; renewed: boolean }[]>`
    SELECT organization_id AS "organizationId", upgrade_id AS "upgradeId", renewed
    FROM renew_leases(${claims.map(({ upgradeId }) => upgradeId)}::bigint[], ${claims.map(({ epoch }) => epoch)}::bigint[],
      ${claims.map(({ organizationId }) => organizationId)}::uuid[], ${seconds(terms.lease)}::interval)`;
  return new Map(rows.map((row) => [claimKey(row), row.renewed]));
}

/** One string for one upgrade. */
export function claimKey({ organizationId, upgradeId }: Omit<Claim, 'epoch'>): string {
  return `${organizationId}/${upgradeId}`;
}

/** First in every transaction of a worker: rejects with `LeaseLost` unless the claim is the last, and keeps it so until the end. */
export async function holdLease(sql: postgres.TransactionSql, { upgradeId, epoch }: Claim): Promise<void> {
  await heedingLease({ upgradeId }, sql`SELECT hold_lease(${upgradeId}::bigint, ${epoch}::bigint)`);
}

/**
 * The same within a statement, for the first one of a transaction, or the only one: put it before the statement, and `held` into its FROM. Its
 * rows are then not written before the lease is held.
 */
export function withLease(sql: postgres.ISql, { upgradeId, epoch }: Claim): postgres.Fragment {
  return sql`WITH held AS MATERIALIZED (SELECT hold_lease(${upgradeId}::bigint, ${epoch}::bigint))`;
}

/** What a statement with `hold_lease` in it resolves to; rejects with `LeaseLost` if another worker has the upgrade. */
export async function heedingLease<T>({ upgradeId }: Pick<Claim, 'upgradeId'>, statement: PromiseLike<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === 'NU001') {
      throw new LeaseLost(`Another worker has upgrade ${upgradeId}.`);
    }
    throw error;
  }
}

/** Lets an upgrade go; it is due again after so many milliseconds, if anything is left to do. */
export async function releaseLease(sql: postgres.Sql, { upgradeId, epoch }: Claim, again: number): Promise<void> {
  await sql`SELECT release_lease(${upgradeId}::bigint, ${epoch}::bigint, ${seconds(again)}::interval)`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
