import type postgres from 'postgres';
import { z } from 'zod';
import { captureConsoleQueries, type ConsoleQuery, type Examples } from './console-queries.ts';
import { interleave } from './interleave.ts';
import { LARGE, startOrganizations } from './organizations.ts';
import { makePlainSchema } from './plain-schema.ts';
import { type Result, result } from './result.ts';

const GOAL = 1.2;
/** What may come on top for a query that is over at once: each table reads the organization from the setting, in some microseconds. */
const SLACK_MS = 0.05;
/** Runs of a query: more of the quick ones, of which the clock sees less. */
const RUNS = { most: 200, least: 7, spendMs: 3000 } as const;

/**
 * Every query of the console as `app_user` under row-level security, next to the same query without it, where the organization is
 * named instead. Where PostgreSQL plans them differently, both plans are printed.
 */
export async function benchRowSecurity(): Promise<readonly Result[]> {
  const { admin, as, stop } = await startOrganizations();
  try {
    await makePlainSchema(admin, LARGE);
    const queries = await captureConsoleQueries((debug) => as(LARGE, debug), LARGE, await findExamples(admin));
    const guarded = as(LARGE);
    const plain = await admin.reserve();
    await plain`SET search_path = plain, public`;
    const results: Result[] = [];
    for (const query of queries) results.push(await compare(query, guarded, plain));
    results.push(await compareFirstBatch(queries, guarded, plain));
    plain.release();
    return results;
  } finally {
    await stop();
  }
}

async function compare(query: ConsoleQuery, guarded: postgres.Sql, plain: postgres.Sql): Promise<Result> {
  const [own, reference] = await Promise.all([explain(guarded, query), explain(plain, query)]);
  const runs = Math.trunc(RUNS.spendMs / (own.milliseconds + reference.milliseconds));
  const took = await interleave(Math.max(RUNS.least, Math.min(RUNS.most, runs)), {
    own: async () => (await explain(guarded, query)).milliseconds,
    reference: async () => (await explain(plain, query)).milliseconds,
  });
  if (own.shape !== reference.shape) {
    process.stderr.write(`${query.name}, with row-level security:\n${own.shape}\nwithout:\n${reference.shape}\n`);
  }
  return compared(query.name, took.own.min, took.reference.min);
}

function compared(name: string, own: number, reference: number): Result {
  return result(`row security: ${name}`, own, 'ms', {
    reference,
    goal: Math.max(reference * GOAL, reference + SLACK_MS),
  });
}

/** What the console waits for before it shows anything: the first rows of a cursor. */
async function compareFirstBatch(
  queries: readonly ConsoleQuery[],
  guarded: postgres.Sql,
  plain: postgres.Sql,
): Promise<Result> {
  const text = queries.find(({ name }) => name === 'fleet, whole')?.text ?? '';
  const first = async (sql: postgres.Sql): Promise<number> => {
    await sql.unsafe('BEGIN');
    const start = performance.now();
    await sql.unsafe(`DECLARE batches NO SCROLL CURSOR FOR ${text}`);
    await sql.unsafe('FETCH 200 FROM batches').values();
    const took = performance.now() - start;
    await sql.unsafe('ROLLBACK');
    return took;
  };
  const took = await interleave(RUNS.most, { own: () => first(guarded), reference: () => first(plain) });
  return compared('fleet, first 200', took.own.min, took.reference.min);
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly 'Subplan Name'?: string | undefined;
  readonly Plans?: readonly PlanNode[] | undefined;
}

const nodeSchema: z.ZodType<PlanNode> = z.object({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Subplan Name': z.string().optional(),
  get Plans() {
    return z.array(nodeSchema).optional();
  },
});
const explainedSchema = z.tuple([z.object({ Plan: nodeSchema, 'Execution Time': z.number() })]);

/** Runs the query and returns how long the server took to execute it, and the shape of its plan. */
async function explain(
  sql: postgres.Sql,
  { text, values }: ConsoleQuery,
): Promise<{ readonly milliseconds: number; readonly shape: string }> {
  const [row] = await sql.unsafe(
    `EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ${text}`,
    values.map((value) => (typeof value === 'object' && value !== null ? [...value] : value)),
  );
  const [explained] = explainedSchema.parse(row?.['QUERY PLAN']);
  return { milliseconds: explained['Execution Time'], shape: shapeOf(explained.Plan, '') };
}

/** One line a node. What row-level security reads once a query, the organization, is left out. */
function shapeOf(node: PlanNode, indent: string): string {
  const parts = [node['Node Type'], node['Index Name'] ?? node['Relation Name']];
  const inner = (node.Plans ?? []).filter((child) => child['Subplan Name']?.startsWith('InitPlan') !== true);
  return [
    indent + parts.filter((part) => part !== undefined).join(' '),
    ...inner.map((child) => shapeOf(child, `${indent}  `)),
  ].join('\n');
}

async function findExamples(admin: postgres.Sql): Promise<Examples> {
  const [row] = await admin<[Examples]>`
    SELECT ARRAY (SELECT router_id FROM upgrades WHERE organization_id = ${LARGE} ORDER BY router_id LIMIT 1000) AS "routerIds",
      ARRAY (SELECT id::text FROM upgrades WHERE organization_id = ${LARGE} ORDER BY router_id LIMIT 50) AS "upgradeIds",
      (SELECT idempotency_key FROM upgrades WHERE organization_id = ${LARGE} LIMIT 1) AS "idempotencyKey",
      (SELECT policy_id::text FROM router_policy WHERE organization_id = ${LARGE} AND NOT overridden
        GROUP BY policy_id ORDER BY count(*) DESC LIMIT 1) AS "policyId",
      (SELECT min(id::text) FROM models) AS "modelId", (SELECT min(id::text) FROM firmware_images) AS "imageId"`;
  return row;
}
