import type { Actor } from '../model/operator.ts';
import { failingGates } from '../model/gate.ts';
import { appendAudit, type AuditEntry } from '../postgres/audit.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { insertDecisions } from '../postgres/decisions.ts';
import type { RouterDecision } from './decide.ts';

/** What somebody asked to be decided: one router, or all that a filter keeps. */
export interface Asked {
  readonly actor: Actor & { readonly source: 'console' | 'cli' | 'mcp' };
  /** The filter as it was typed; null for one router. */
  readonly filter: string | null;
}

/** Keeps decisions that a person asked for, with one row in the audit trail; their ids. */
export async function keepDecisions(
  scope: OrganizationScope,
  { actor, filter }: Asked,
  decisions: readonly RouterDecision[],
): Promise<readonly string[]> {
  if (decisions.length === 0) return [];
  return scope.transaction(async (sql) => {
    const ids = await insertDecisions(sql, decisions, { operatorId: actor.operator.id, source: actor.source });
    const [only] = decisions;
    const entry =
      filter === null && only !== undefined && decisions.length === 1
        ? aboutOne(actor, only, ids[0] ?? '')
        : aboutMany(actor, decisions, ids, filter ?? '');
    await appendAudit(sql, [entry]);
    return ids;
  });
}

function aboutOne(actor: Actor, { routerId, verdict, gates, policy, advice }: RouterDecision, id: string): AuditEntry {
  const after = {
    verdict,
    notPassed: failingGates(gates).map((gate) => ({ ...gate })),
    policy,
    advisor: advice === null ? null : { model: advice.model, verdict: advice.verdict, fallback: advice.fallback },
  };
  return { actor, action: 'decision.make', targetType: 'decision', targetId: id, routerId, after };
}

function aboutMany(
  actor: Actor,
  decisions: readonly RouterDecision[],
  ids: readonly string[],
  filter: string,
): AuditEntry {
  const count = (verdict: RouterDecision['verdict']): number =>
    decisions.filter((decision) => decision.verdict === verdict).length;
  const after = {
    filter,
    routers: decisions.length,
    approve: count('approve'),
    defer: count('defer'),
    reject: count('reject'),
  };
  const targetId = `${ids[0] ?? ''}-${ids.at(-1) ?? ''}`;
  return { actor, action: 'decision.make', targetType: 'decision', targetId, after };
}
