import type { DecisionRecord } from '../model/agent.ts';
import { failingGates, type Gate } from '../model/gate.ts';
import type { Actor } from '../model/operator.ts';
import { cleanLine } from '../model/text.ts';
import { readAgentSettings } from '../postgres/agent-settings.ts';
import { deferUpgrade, findAgent, pendingUpgrades, type UpgradeToJudge } from '../postgres/agent-work.ts';
import { appendAudit } from '../postgres/audit.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { insertDecisions } from '../postgres/decisions.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import type { Advisor } from './advisors/advisor.ts';
import { agentEntry } from './agent-entry.ts';
import { approveWhatMay } from './auto-approve.ts';
import { decideRouters, type RouterDecision } from './decide.ts';
import { directSource } from './direct-source.ts';

/** What the agent works with in one organization. */
export interface AgentRun {
  readonly scope: OrganizationScope;
  readonly telemetry: TelemetryStore;
  /** Asked before something is approved without a person; null: nobody. */
  readonly advisor: Advisor | null;
  readonly now: Date;
  /** When an upgrade may be tried again that was not approved, milliseconds since the epoch, by id. */
  readonly later: Map<string, number>;
}

/** A deferral holds for so long unless it is renewed: nobody is kept waiting by an agent that is gone. */
const HOLD_MS = 15 * 60_000;
const LONGEST_WHY = 400;

/** Judges the pending upgrades of an organization, and does with them what its mode says. */
export async function runAgent(run: AgentRun): Promise<void> {
  const { scope } = run;
  const settings = await readAgentSettings(scope.sql);
  const agent = await findAgent(scope);
  if (settings.mode === 'advise' || agent === null) return;
  const upgrades = await pendingUpgrades(scope);
  if (upgrades.length === 0) return;
  const actor: Actor = { operator: agent, role: 'approver', source: 'worker', correlationId: `agent-${agent.id}` };
  const passing = await deferWhatFails(run, actor, upgrades);
  if (settings.mode === 'auto-approve') await approveWhatMay(run, actor, candidates(passing, run));
}

/** Only those that the mode, the policy and whoever asked leave to the agent; the database looks once more. */
function candidates(upgrades: readonly UpgradeToJudge[], { later, now }: AgentRun): readonly UpgradeToJudge[] {
  return upgrades.filter(
    ({ id, autoApprove, byPerson, approvedByAgent }) =>
      autoApprove && byPerson && !approvedByAgent && (later.get(id) ?? 0) <= now.getTime(),
  );
}

/** Defers the upgrades whose gates do not pass, lets go of those whose gates do; gives the latter. */
async function deferWhatFails(
  run: AgentRun,
  actor: Actor,
  upgrades: readonly UpgradeToJudge[],
): Promise<readonly UpgradeToJudge[]> {
  const decisions = await judgeEach(run, upgrades);
  const passing: UpgradeToJudge[] = [];
  for (const upgrade of upgrades) {
    const decision = decisions.get(upgrade.id);
    if (decision === undefined) continue;
    if (decision.verdict === 'approve') {
      passing.push(upgrade);
      if (upgrade.deferral !== null) await release(run, actor, upgrade, decision);
    } else await defer(run, actor, upgrade, decision);
  }
  return passing;
}

/** What a person asked for is held to what a person may ask for; the rest to all of the gates. */
async function judgeEach(
  { scope, telemetry, now }: AgentRun,
  upgrades: readonly UpgradeToJudge[],
): Promise<ReadonlyMap<string, RouterDecision>> {
  const found = new Map<string, RouterDecision>();
  for (const byPerson of [true, false]) {
    const some = upgrades.filter((upgrade) => upgrade.byPerson === byPerson);
    const schedules = new Map(some.map(({ routerId, schedule }) => [routerId, schedule]));
    const requests = some.map(({ id, routerId, imageId }) => ({ routerId, imageId, upgradeId: id }));
    // Blackouts keep what is approved waiting anyway.
    const decisions = await decideRouters(directSource(scope, telemetry), requests, {
      now,
      start: (routerId) => ({ schedule: schedules.get(routerId) ?? { kind: 'now' } }),
      byPerson,
      despiteBlackout: true,
    });
    for (const decision of decisions) if (decision.upgradeId !== null) found.set(decision.upgradeId, decision);
  }
  return found;
}

async function defer(
  { scope, now }: AgentRun,
  actor: Actor,
  { id, deferral }: UpgradeToJudge,
  decision: DecisionRecord,
): Promise<void> {
  const failing = failingGates(decision.gates);
  const why = cleanLine(failing.map(({ id: gate, actual }) => `${gate}: ${actual}`).join('; ')).slice(0, LONGEST_WHY);
  const until = new Date(now.getTime() + HOLD_MS);
  if (deferral !== null && sameGates(deferral.why, failing)) {
    // The same once more: it is only kept up, in good time.
    if (deferral.until.getTime() - now.getTime() < HOLD_MS / 2) await deferUpgrade(scope.sql, id, { until, why });
    return;
  }
  await scope.transaction(async (sql) => {
    if (!(await deferUpgrade(sql, id, { until, why }))) return;
    const [decisionId] = await insertDecisions(sql, [decision], { operatorId: actor.operator.id, source: 'worker' });
    await appendAudit(sql, [
      agentEntry(actor, 'agent.defer', decision, { decision: decisionId ?? null, until: until.toISOString() }),
    ]);
  });
}

async function release(
  { scope }: AgentRun,
  actor: Actor,
  { id }: UpgradeToJudge,
  decision: DecisionRecord,
): Promise<void> {
  await scope.transaction(async (sql) => {
    if (!(await deferUpgrade(sql, id, null))) return;
    const [decisionId] = await insertDecisions(sql, [decision], { operatorId: actor.operator.id, source: 'worker' });
    await appendAudit(sql, [agentEntry(actor, 'agent.release', decision, { decision: decisionId ?? null })]);
  });
}

function sameGates(why: string, failing: readonly Gate[]): boolean {
  const before = why.split('; ').map((part) => part.split(':', 1)[0]);
  return failing.every(({ id }) => before.includes(id)) && before.length === failing.length;
}
