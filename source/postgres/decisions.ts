import type postgres from 'postgres';
import type { DecisionRecord } from '../model/agent.ts';
import type { OrganizationScope } from './database.ts';

/** One statement has so many rows: what the driver makes of more takes too much memory at once. */
const BATCH = 500;

/**
 * Keeps decisions; their ids in the same order. `askedBy` is an operator's id: a person's, or, from a worker, the agent's. Part of the
 * caller's transaction, which appends the audit row.
 */
export async function insertDecisions(
  sql: postgres.TransactionSql,
  decisions: readonly DecisionRecord[],
  by: { readonly operatorId: string; readonly source: 'console' | 'cli' | 'worker' | 'mcp' },
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let at = 0; at < decisions.length; at += BATCH) {
    const values = decisions.slice(at, at + BATCH).map((decision, index) => ({ ...toColumns(decision), place: index }));
    const rows = await sql<{ id: string }[]>`
      INSERT INTO decisions (organization_id, router_id, upgrade_id, image_id, verdict, gates, policy_id, policy_version,
        evidence_start, evidence_end, advisor_model, advisor_prompt_hash, advisor_answer, advisor_verdict, advisor_reasons,
        advisor_fallback, asked_by, source)
      SELECT current_org_id(), d.router_id, d.upgrade_id, d.image_id, d.verdict, d.gates, d.policy_id, d.policy_version,
        d.evidence_start, d.evidence_end, d.advisor_model, d.advisor_prompt_hash, d.advisor_answer, d.advisor_verdict,
        d.advisor_reasons, d.advisor_fallback, ${by.operatorId}::uuid, ${by.source}
      FROM jsonb_to_recordset(${sql.json(values)}) AS d (place integer, router_id text, upgrade_id bigint, image_id uuid, verdict text,
        gates jsonb, policy_id bigint, policy_version integer, evidence_start timestamptz, evidence_end timestamptz,
        advisor_model text, advisor_prompt_hash text, advisor_answer text, advisor_verdict text, advisor_reasons jsonb,
        advisor_fallback text)
      ORDER BY d.place
      RETURNING id::text`;
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

/** How many decisions a model was asked about since a time. */
export async function countAdvised({ sql }: Pick<OrganizationScope, 'sql'>, since: Date): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    SELECT count(*)::int AS count FROM decisions WHERE decided_at >= ${since} AND advisor_model IS NOT NULL`;
  return row.count;
}

function toColumns(decision: DecisionRecord) {
  const { advice, evidence, policy } = decision;
  return {
    router_id: decision.routerId,
    upgrade_id: decision.upgradeId,
    image_id: decision.imageId,
    verdict: decision.verdict,
    gates: decision.gates.map((gate) => ({ ...gate })),
    policy_id: policy?.id ?? null,
    policy_version: policy?.version ?? null,
    evidence_start: evidence.start.toISOString(),
    evidence_end: evidence.end.toISOString(),
    advisor_model: advice?.model ?? null,
    advisor_prompt_hash: advice?.promptHash ?? null,
    advisor_answer: advice?.answer ?? null,
    advisor_verdict: advice?.verdict ?? null,
    advisor_reasons: advice === null ? null : [...advice.reasons],
    advisor_fallback: advice?.fallback ?? null,
  };
}
