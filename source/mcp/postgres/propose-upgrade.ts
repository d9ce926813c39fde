import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { bestImage } from '../../model/best-image.ts';
import type { Actor } from '../../model/operator.ts';
import type { Router } from '../../model/router.ts';
import type { ScheduleChoice } from '../../model/schedule.ts';
import { cleanLine } from '../../model/text.ts';
import { appendAudit } from '../../postgres/audit.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import { imagesForModel } from '../../postgres/images.ts';
import { getUpgrade } from '../../postgres/upgrades.ts';
import { UpgradeRefused } from '../../upgrades/errors.ts';
import { requestUpgrades } from '../../upgrades/request.ts';
import { actorOf } from '../caller.ts';
import { routerOrRefuse } from '../find-router.ts';
import { nameInput, routerIdInput, timeInput } from '../inputs.ts';
import { Refusal } from '../refusal.ts';
import { defineTool } from '../tool.ts';
import type { PostgresContext } from './context.ts';
import { gateFields, toGateFields } from './upgrade-fields.ts';

export const proposeUpgrade = defineTool({
  name: 'propose_upgrade',
  title: 'Propose an upgrade',
  description:
    'Asks for the upgrade of one router. Nothing is upgraded by it: the request is pending until a person other than the one you act for approves it in the console. ' +
    'The gates are judged afresh, and a router that does not pass them is refused, with the reason. Give an idempotency_key to be able to call again after a failure.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.strictObject({
    router_id: routerIdInput,
    image_id: z.uuid().optional().describe('Left out: proposed_image_id of get_router.'),
    schedule: z
      .enum(['window', 'now', 'at'])
      .default('window')
      .describe("window: the next one of the router's policy."),
    at: timeInput('With schedule at: when to begin').optional(),
    reason: nameInput(1000, 'Why, for the person who approves and for the audit trail.'),
    change_reference: nameInput(128, 'Number of a change or ticket.').optional(),
    idempotency_key: z.uuid().optional().describe('The same key again gives the first outcome, not a second request.'),
  }),
  output: z.object({
    upgrade_id: z.string(),
    router_id: z.string(),
    status: z.literal('pending'),
    from_ver: z.string(),
    to_ver: z.string(),
    gates: z.array(gateFields),
    repeated: z.boolean().describe('True if it was requested before with the same idempotency_key.'),
    next: z.string(),
  }),
  async run(
    context: PostgresContext,
    { router_id, image_id, schedule, at, reason, change_reference, idempotency_key },
  ) {
    const { caller, scope, requests, now } = context;
    if (requests === null) {
      throw new Refusal('This server cannot propose upgrades: ask a person to request it in the console.');
    }
    const router = await routerOrRefuse(scope, router_id);
    const imageId = image_id ?? (await imageFor(scope, router));
    const actor = actorOf(caller, randomUUID());
    const request = {
      routerIds: [router.id],
      imageIds: new Map([[router.id, imageId]]),
      schedule: toSchedule(schedule, at),
      idempotencyKey: idempotency_key ?? randomUUID(),
      reason,
      ...(change_reference === undefined ? {} : { changeReference: change_reference }),
    };
    const outcome = await requestUpgrades({ ...requests, now }, actor, request).catch(async (error: unknown) => {
      if (error instanceof UpgradeRefused) await noteRefusal(requests.scope, actor, router, error);
      throw error;
    });
    const id = outcome.upgrades[0]?.upgradeId ?? '';
    const upgrade = await getUpgrade(requests.scope, id);
    if (upgrade === null || upgrade.status !== 'pending') {
      throw new Refusal(`Upgrade ${id} was proposed, and is ${upgrade?.status ?? 'gone'} by now: see get_upgrade.`);
    }
    return {
      upgrade_id: id,
      router_id: router.id,
      status: 'pending' as const,
      from_ver: upgrade.fromVersion,
      to_ver: upgrade.toVersion,
      gates: upgrade.gates.map(toGateFields),
      repeated: outcome.repeated,
      next: `Somebody other than ${caller.operator.name} has to approve upgrade ${id} in the console. You cannot.`,
    };
  },
});

async function imageFor(scope: OrganizationScope, router: Router): Promise<string> {
  const best = bestImage([router], router.modelId === null ? [] : await imagesForModel(scope, router.modelId));
  if (best !== null) return best.id;
  throw new Refusal('There is no image on record for the model of this router, so it cannot be upgraded.');
}

function toSchedule(kind: ScheduleChoice['kind'], at: string | undefined): ScheduleChoice {
  if (kind !== 'at') return { kind };
  if (at === undefined) throw new Refusal('schedule is at, so give the time as at: 2026-12-01T02:00:00Z.');
  return { kind: 'at', at: new Date(at) };
}

/** What an assistant tried and might not is in the trail too, as far as the database lets us say it. */
async function noteRefusal(
  scope: OrganizationScope,
  actor: Actor,
  router: Router,
  { code, message }: UpgradeRefused,
): Promise<void> {
  await scope.transaction((sql) =>
    appendAudit(sql, [
      {
        actor,
        action: 'upgrade.request_refused',
        targetType: 'router',
        targetId: router.id,
        routerId: router.id,
        after: { code },
        reason: cleanLine(message).slice(0, 1000),
      },
    ]),
  );
}
