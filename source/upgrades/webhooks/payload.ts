import { cleanLine } from '../../model/text.ts';
import type { Message, PlanMessage, UpgradeMessage } from '../../postgres/webhook-message.ts';

/** Longer sentences are cut: a message is small. */
const LONGEST = 1000;

/** The body of a message, as docs/webhooks.md describes it. Status and outcome are those of the event, the rest is as of now. */
export function payloadOf(message: Message): string {
  const { event, occurredAt, eventId, organization, upgrade, plan } = message;
  return JSON.stringify({
    type: event,
    timestamp: occurredAt.toISOString(),
    data: {
      event_id: eventId,
      organization: clean(organization),
      ...(upgrade === null ? {} : { break_glass: upgrade.breakGlass, upgrade: upgradeFields(upgrade) }),
      ...(plan === null ? {} : { plan: planFields(plan) }),
    },
  });
}

/** What `netup-tui webhooks test` sends. */
export function pingPayload(eventId: string, organization: string, at: Date): string {
  const data = { event_id: eventId, organization: clean(organization) };
  return JSON.stringify({ type: 'ping', timestamp: at.toISOString(), data });
}

function upgradeFields(upgrade: UpgradeMessage): Readonly<Record<string, unknown>> {
  return {
    id: upgrade.id,
    plan_id: upgrade.planId,
    router: clean(upgrade.hostname),
    site: clean(upgrade.site),
    from: clean(upgrade.fromVersion),
    to: clean(upgrade.toVersion),
    status: upgrade.status,
    outcome: clean(upgrade.outcome),
    requested_by: clean(upgrade.requestedBy),
    approved_by: clean(upgrade.approvedBy),
    change_reference: clean(upgrade.changeReference),
    dry_run: upgrade.dryRun,
  };
}

function planFields(plan: PlanMessage): Readonly<Record<string, unknown>> {
  return {
    id: plan.id,
    state: plan.state,
    reason: clean(plan.reason),
    open_wave: plan.openWave,
    waves: plan.waves,
    requested_by: clean(plan.requestedBy),
  };
}

/** Receivers put it into chats and tickets. */
function clean(text: string | null): string | null {
  return text === null ? null : cleanLine(text).slice(0, LONGEST);
}
