import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import type { Actor } from '../model/operator.ts';
import { canRequest } from '../model/permissions.ts';
import { readApprovalRules } from '../postgres/approval-rules.ts';
import { type AuditEntry, appendAudit } from '../postgres/audit.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { noteMcpToken } from '../postgres/mcp-tokens.ts';
import { lockRouters } from '../postgres/requested-upgrades.ts';
import { insertPlan } from '../postgres/upgrade-plans.ts';
import { beginDryRuns, type InsertOutcome, insertSteps, insertUpgrades } from '../postgres/upgrade-writes.ts';
import { scheduleForAudit } from './audit-values.ts';
import { checkActor } from './check-actor.ts';
import type { CheckedRequest } from './check-request.ts';
import { UpgradeRefused } from './errors.ts';
import type { RequestOutcome } from './outcome.ts';
import type { PlannedUpgrade } from './plan-request.ts';
import { describeObstacles, type Obstacle } from './refusals.ts';

/**
 * Writes a request whole or not at all: upgrades, all of their steps, and the audit rows last. Throws `UpgradeRefused` if
 * something changed since it was planned.
 */
export async function writeRequest(
  scope: OrganizationScope,
  actor: Actor,
  request: CheckedRequest,
  planned: readonly PlannedUpgrade[],
): Promise<RequestOutcome> {
  const batchId = randomUUID();
  return scope.transaction(async (sql) => {
    await checkActor(sql, actor, 'Nothing was requested', canRequest);
    await checkReference(sql, request);
    await checkUnchanged(sql, planned);
    const outcomes = await insertUpgrades(
      sql,
      planned.map((each) => newUpgrade(each, request, actor, batchId)),
    );
    const upgrades = onlyInserted(planned, outcomes);
    const ids = upgrades.map(({ upgradeId }) => upgradeId);
    await insertSteps(sql, ids);
    if (actor.mcpTokenId !== undefined) await noteMcpToken(sql, ids, actor.mcpTokenId);
    const ofPlan = await writePlan(sql, request, actor, batchId);
    const { dryRun } = request;
    if (dryRun) await beginDryRuns(sql, ids);
    await appendAudit(sql, [
      ...upgrades.map(({ upgradeId, plan }) => auditEntry(plan, request, actor, batchId, upgradeId)),
      ...ofPlan,
    ]);
    return { batchId, dryRun, upgrades: upgrades.map(toOutcome).toSorted(byHostname), repeated: false };
  });
}

function newUpgrade(
  { evidence: { router, policy, decision }, image, schedule }: PlannedUpgrade,
  request: CheckedRequest,
  actor: Actor,
  batchId: string,
): Parameters<typeof insertUpgrades>[1][number] {
  return {
    routerId: router.id,
    imageId: image.id,
    policyId: policy?.id ?? null,
    policyVersion: policy?.version ?? null,
    fromVersion: router.runningVersion,
    toVersion: image.version,
    schedule,
    verdict: decision.verdict,
    gates: decision.gates,
    changeReference: request.changeReference,
    batchId,
    idempotencyKey: request.idempotencyKey,
    requestedBy: actor.operator.id,
    wave: request.waves.get(router.id) ?? 1,
    dryRun: request.dryRun,
    requestedVia: actor.source,
  };
}

/** The plan of a request in waves, with its entry for the trail; nothing for one that goes all at once. */
async function writePlan(
  sql: postgres.TransactionSql,
  { plan, waves: waveOf, dryRun }: CheckedRequest,
  actor: Actor,
  id: string,
): Promise<readonly AuditEntry[]> {
  if (plan === null) return [];
  const waves = Math.max(...waveOf.values());
  await insertPlan(sql, { id, waves, requestedBy: actor.operator.id, dryRun, ...plan });
  return [{ actor, action: 'plan.request', targetType: 'plan', targetId: id, after: { waves, dryRun, ...plan } }];
}

/** What changes nothing needs no change; the request for real will. */
async function checkReference(
  sql: postgres.TransactionSql,
  { changeReference, dryRun }: CheckedRequest,
): Promise<void> {
  if (dryRun || changeReference !== null || !(await readApprovalRules(sql)).referenceRequired) return;
  throw new UpgradeRefused('invalid', 'Your organization wants a change reference for every request: give one.');
}

async function checkUnchanged(sql: postgres.TransactionSql, planned: readonly PlannedUpgrade[]): Promise<void> {
  const states = await lockRouters(
    sql,
    planned.map(({ evidence }) => evidence.router.id),
  );
  const changed = planned.filter(({ evidence: { router } }) => {
    const state = states.get(router.id);
    return state?.runningVersion !== router.runningVersion || state.status !== router.status;
  });
  if (changed.length === 0) return;
  const obstacles = changed.map(({ evidence }) => ({ hostname: evidence.router.hostname, reason: 'changed just now' }));
  throw new UpgradeRefused('conflict', describeObstacles('not as it was judged', obstacles, planned.length));
}

interface Inserted {
  readonly upgradeId: string;
  readonly plan: PlannedUpgrade;
}

function onlyInserted(
  planned: readonly PlannedUpgrade[],
  outcomes: ReadonlyMap<string, InsertOutcome>,
): readonly Inserted[] {
  const obstacles: Obstacle[] = [];
  const inserted: Inserted[] = [];
  for (const plan of planned) {
    const { id, hostname } = plan.evidence.router;
    const outcome = outcomes.get(id);
    if (outcome?.kind === 'inserted') inserted.push({ upgradeId: outcome.id, plan });
    else obstacles.push({ hostname, reason: `upgrade ${outcome?.id ?? '?'} was requested just now` });
  }
  if (obstacles.length === 0) return inserted;
  throw new UpgradeRefused('conflict', describeObstacles('already being upgraded', obstacles, planned.length));
}

function toOutcome({ upgradeId, plan }: Inserted): RequestOutcome['upgrades'][number] {
  const { id: routerId, hostname } = plan.evidence.router;
  return { upgradeId, routerId, hostname };
}

function byHostname(a: { readonly hostname: string }, b: { readonly hostname: string }): number {
  if (a.hostname === b.hostname) return 0;
  return a.hostname < b.hostname ? -1 : 1;
}

/** What the trail keeps of a request: enough to judge it again without the row. */
function auditEntry(
  { evidence: { router, policy, decision }, image, schedule }: PlannedUpgrade,
  request: CheckedRequest,
  actor: Actor,
  batchId: string,
  upgradeId: string,
): AuditEntry {
  return {
    actor,
    action: 'upgrade.request',
    targetType: 'upgrade',
    targetId: upgradeId,
    routerId: router.id,
    upgradeId,
    after: {
      status: request.dryRun ? 'scheduled' : 'pending',
      dryRun: request.dryRun,
      ...(request.downgrade ? { downgrade: true } : {}),
      fromVersion: router.runningVersion,
      toVersion: image.version,
      image: image.fileName,
      sha256: image.sha256,
      schedule: scheduleForAudit(schedule),
      verdict: decision.verdict,
      gates: decision.gates.map((gate) => ({ ...gate })),
      evidence: { start: decision.evidence.start.toISOString(), end: decision.evidence.end.toISOString() },
      policy: policy === null ? null : { id: policy.id, version: policy.version },
      batchId,
      wave: request.plan === null ? null : (request.waves.get(router.id) ?? 1),
      changeReference: request.changeReference,
    },
    reason: request.reason,
  };
}
