import type { DecisionRecord } from '../model/agent.ts';
import type { Actor } from '../model/operator.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { approveAsAgent, type UpgradeToJudge } from '../postgres/agent-work.ts';
import { appendAudit } from '../postgres/audit.ts';
import { insertDecisions } from '../postgres/decisions.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import type { Advisor } from './advisors/advisor.ts';
import { agentEntry } from './agent-entry.ts';
import { decideRouters } from './decide.ts';
import { directSource } from './direct-source.ts';

/** What was not approved is not looked at again before this has passed, unless its worker is another: a model may cost money. */
const AGAIN_MS = 10 * 60_000;

/** What is needed to approve without a person. */
export interface AutoApproval {
  readonly scope: OrganizationScope;
  readonly telemetry: TelemetryStore;
  readonly advisor: Advisor | null;
  readonly now: Date;
  readonly later: Map<string, number>;
}

/**
 * Approves upgrades as the agent, each in a transaction with its decision and audit row. They are held to every gate, as nobody chose
 * anything for them; the database then looks at the mode, the policy, the limits and who asked.
 */
export async function approveWhatMay(
  run: AutoApproval,
  actor: Actor,
  upgrades: readonly UpgradeToJudge[],
): Promise<void> {
  if (upgrades.length === 0) return;
  const { scope, telemetry, advisor, now } = run;
  const schedules = new Map(upgrades.map(({ routerId, schedule }) => [routerId, schedule]));
  const requests = upgrades.map(({ id, routerId, imageId }) => ({ routerId, imageId, upgradeId: id }));
  const start = (routerId: string) => ({ schedule: schedules.get(routerId) ?? ({ kind: 'now' } as const) });
  const decisions = await decideRouters(directSource(scope, telemetry), requests, { now, start }, advisor);
  for (const decision of decisions) await approveOne(run, actor, decision);
}

async function approveOne({ scope, now, later }: AutoApproval, actor: Actor, decision: DecisionRecord): Promise<void> {
  const id = decision.upgradeId ?? '';
  const outcome = await scope.transaction(async (sql) => {
    const [decisionId = ''] = await insertDecisions(sql, [decision], {
      operatorId: actor.operator.id,
      source: 'worker',
    });
    const { status, why } =
      decision.verdict === 'approve'
        ? await approveAsAgent(sql, id, decisionId)
        : { status: null, why: 'its decision is not to approve' };
    const action = status === null ? 'agent.withhold' : 'upgrade.approve';
    await appendAudit(sql, [agentEntry(actor, action, decision, { decision: decisionId, status, why })]);
    return status;
  });
  if (outcome === null) later.set(id, now.getTime() + AGAIN_MS);
  else later.delete(id);
}
