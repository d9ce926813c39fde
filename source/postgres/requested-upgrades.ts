import type postgres from 'postgres';
import { ROUTER_STATUSES, type RouterStatus } from '../model/router.ts';
import { oneOf } from './columns.ts';
import type { OrganizationScope } from './database.ts';

/** An upgrade of an earlier request. */
export interface RequestedUpgrade {
  readonly upgradeId: string;
  readonly routerId: string;
  readonly hostname: string;
  readonly batchId: string;
  /** Operator id. */
  readonly requestedById: string;
  readonly dryRun: boolean;
}

/** What a request with this idempotency key (a uuid) made, by hostname; empty if there was none. */
export async function findRequestedUpgrades(
  scope: OrganizationScope,
  idempotencyKey: string,
): Promise<readonly RequestedUpgrade[]> {
  return scope.sql<RequestedUpgrade[]>`
    SELECT u.id::text AS "upgradeId", u.router_id AS "routerId", r.hostname, u.batch_id AS "batchId",
      u.requested_by AS "requestedById", u.dry_run AS "dryRun"
    FROM upgrades AS u JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    WHERE u.idempotency_key = ${idempotencyKey}
    ORDER BY r.hostname COLLATE "C"`;
}

/** What of a router must stay as it was judged. */
export interface RouterState {
  readonly runningVersion: string;
  readonly status: RouterStatus;
}

/** The state of these routers, which cannot change until the transaction ends; those that do not exist are absent. */
export async function lockRouters(
  sql: postgres.TransactionSql,
  ids: readonly string[],
): Promise<ReadonlyMap<string, RouterState>> {
  // FOR SHARE: requests do not wait for each other, changes of the router do.
  const rows = await sql<{ id: string; version: string; status: string }[]>`
    SELECT id, current_ver AS version, status FROM routers WHERE id = ANY (${[...ids]}::text[]) ORDER BY id FOR SHARE`;
  return new Map(
    rows.map(({ id, version, status }) => [
      id,
      { runningVersion: version, status: oneOf(ROUTER_STATUSES, status, 'routers.status') },
    ]),
  );
}
