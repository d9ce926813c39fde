import type { DecisionRecord } from '../model/agent.ts';
import type { Actor } from '../model/operator.ts';
import type { AuditEntry } from '../postgres/audit.ts';

/** What the trail keeps of what the agent did: by which gates, and by which policy. */
export function agentEntry(
  actor: Actor,
  action: string,
  { routerId, upgradeId, verdict, gates, policy, advice }: DecisionRecord,
  more: Readonly<Record<string, string | null>>,
): AuditEntry {
  const id = upgradeId ?? '';
  const after = {
    verdict,
    gates: gates.map((gate) => ({ ...gate })),
    policy,
    advisor: advice === null ? null : { model: advice.model, verdict: advice.verdict, fallback: advice.fallback },
    ...more,
  };
  return { actor, action, targetType: 'upgrade', targetId: id, routerId, upgradeId: id, after };
}
