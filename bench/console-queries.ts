import type postgres from 'postgres';
import { listAudit } from '../source/postgres/audit.ts';
import type { OrganizationScope } from '../source/postgres/database.ts';
import { getImages, imagesForModel } from '../source/postgres/images.ts';
import { allPolicies, explainPolicy, getPolicies, listPolicies, policyRouters } from '../source/postgres/policies.ts';
import { findRequestedUpgrades } from '../source/postgres/requested-upgrades.ts';
import { findRouter, getRouters, streamRouters } from '../source/postgres/routers.ts';
import { countUpgrades, getUpgrade, listUpgrades, routersOfUpgrades } from '../source/postgres/upgrades.ts';

/** A statement as the driver sends it. */
export interface Statement {
  readonly text: string;
  /** As the driver writes them for the server: text, numbers, NULL, arrays of text. */
  readonly values: readonly Value[];
}

type Value = string | number | null | readonly string[];

export interface ConsoleQuery extends Statement {
  readonly name: string;
}

/** What the queries ask about: rows that exist. */
export interface Examples {
  readonly routerIds: readonly string[];
  readonly policyId: string;
  readonly modelId: string;
  readonly imageId: string;
  readonly upgradeIds: readonly string[];
  readonly idempotencyKey: string;
}

/** Every query that the console reads with, taken from its own functions while they run. */
export async function captureConsoleQueries(
  connect: (debug: (text: string, values: unknown[]) => void) => postgres.Sql,
  organizationId: string,
  examples: Examples,
): Promise<readonly ConsoleQuery[]> {
  let sent: Statement[] = [];
  const sql = connect((text, values) => sent.push({ text, values: values.map(toValue) }));
  await sql`SELECT`;
  const scope = recordedScope(sql, organizationId);
  const { routerIds, policyId, modelId, imageId, upgradeIds, idempotencyKey } = examples;
  const [routerId = ''] = routerIds;
  const [upgradeId = ''] = upgradeIds;
  const reads: Readonly<Record<string, () => Promise<unknown>>> = {
    'fleet, whole': () => streamRouters(scope).next(),
    'router, one': () => getRouters(scope, [routerId]),
    'routers, 50': () => getRouters(scope, routerIds.slice(0, 50)),
    'routers, 1,000': () => getRouters(scope, routerIds),
    'router, found by name': () => findRouter(scope, routerId),
    'policies with counts': () => listPolicies(scope),
    'policies, all': () => allPolicies(scope),
    'policies, by id': () => getPolicies(scope, [policyId]),
    'routers of a policy': () => policyRouters(scope, policyId),
    'policies of a router, explained': () => explainPolicy(scope, routerId),
    'images for a model': () => imagesForModel(scope, modelId),
    'images, by id': () => getImages(scope, [imageId]),
    'upgrades, newest': () => listUpgrades(scope),
    'upgrades, pending': () => listUpgrades(scope, { statuses: ['pending'] }),
    'upgrades of a router': () => listUpgrades(scope, { routerId, limit: 5 }),
    'upgrades, counted': () => countUpgrades(scope),
    'upgrade, one': () => getUpgrade(scope, upgradeId),
    'upgrades, requested before': () => findRequestedUpgrades(scope, idempotencyKey),
    'routers of 50 upgrades': () => routersOfUpgrades(scope, upgradeIds),
    'audit, newest': () => listAudit(scope, { limit: 100 }),
    'audit of a router': () => listAudit(scope, { routerId, limit: 5 }),
    'audit of an upgrade': () => listAudit(scope, { upgradeId, limit: 50 }),
  };
  const queries: ConsoleQuery[] = [];
  for (const [name, read] of Object.entries(reads)) {
    sent = [];
    await read();
    const [statement, ...others] = sent;
    if (statement === undefined || others.length > 0) throw new Error(`${name}: not one statement but ${sent.length}`);
    queries.push({ name, ...statement });
  }
  return queries;
}

function recordedScope(sql: postgres.Sql, organizationId: string): OrganizationScope {
  return {
    organizationId,
    sql,
    transaction: () => Promise.reject(new Error('The benchmark only reads.')),
    // In one piece: how it is cut into batches does not change the query.
    async *batches(select) {
      const handle: postgres.TransactionSql = Object.assign(sql, { savepoint: unsupported, prepare: unsupported });
      yield await select(handle).values();
    },
  };
}

function toValue(value: unknown): Value {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  if (Array.isArray(value)) return value.map(String);
  throw new Error('A query of the console has a value of a kind that the benchmark does not know.');
}

function unsupported(): Promise<never> {
  return Promise.reject(new Error('The benchmark only reads.'));
}
