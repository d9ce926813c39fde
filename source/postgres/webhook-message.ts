import { z } from 'zod';
import { PLAN_EVENTS, UPGRADE_EVENTS } from '../model/webhook.ts';
import type { OrganizationScope } from './database.ts';
import type { ClaimedDelivery } from './webhook-deliveries.ts';

/** What a message says of an upgrade. */
export interface UpgradeMessage {
  readonly id: string;
  /** Null if it goes in no plan. */
  readonly planId: string | null;
  readonly hostname: string;
  readonly site: string | null;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly requestedBy: string;
  readonly approvedBy: string | null;
  readonly changeReference: string | null;
  readonly dryRun: boolean;
  readonly breakGlass: boolean;
}

/** What a message says of a plan. */
export interface PlanMessage {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
  readonly openWave: number;
  readonly waves: number;
  readonly requestedBy: string;
}

/** An event, and where it is to be sent. */
export interface Message {
  readonly webhookId: string;
  readonly webhook: string;
  readonly url: string;
  readonly eventId: string;
  readonly event: string;
  readonly occurredAt: Date;
  /** The organization's slug. */
  readonly organization: string;
  readonly upgrade: UpgradeMessage | null;
  readonly plan: PlanMessage | null;
}

const upgradeSchema = z.object({
  id: z.string(),
  planId: z.string().nullable(),
  hostname: z.string(),
  site: z.string().nullable(),
  fromVersion: z.string(),
  toVersion: z.string(),
  requestedBy: z.string(),
  approvedBy: z.string().nullable(),
  changeReference: z.string().nullable(),
  dryRun: z.boolean(),
  breakGlass: z.boolean(),
});
const planSchema = z.object({ id: z.string(), openWave: z.number(), waves: z.number(), requestedBy: z.string() });
const upgradeStatuses = new Map<string, string>(Object.entries(UPGRADE_EVENTS));
const planStates = new Map<string, string>(Object.entries(PLAN_EVENTS));

type Row = Omit<Message, 'upgrade' | 'plan'> & {
  readonly outcome: string | null;
  readonly upgrade: unknown;
  readonly plan: unknown;
};

/** What is to be sent for a delivery that this worker was given; null if it is no longer its own, or its webhook was switched off. */
export async function readMessage(
  { sql }: OrganizationScope,
  { deliveryId, attempt }: Omit<ClaimedDelivery, 'failing'>,
): Promise<Message | null> {
  const [row] = await sql<Row[]>`
    SELECT w.id AS "webhookId", w.name AS webhook, w.url, d.event_id AS "eventId", d.event, d.occurred_at AS "occurredAt",
      o.slug AS organization, d.outcome,
      CASE WHEN u.id IS NOT NULL THEN jsonb_build_object(
        'id', u.id::text, 'planId', (SELECT b.id FROM upgrade_plans AS b WHERE b.id = u.batch_id), 'hostname', r.hostname,
        'site', s.name, 'fromVersion', u.from_ver, 'toVersion', u.to_ver, 'requestedBy', coalesce(q.name, '?'),
        'approvedBy', a.name, 'changeReference', u.change_reference,
        -- Not every version of the tables has the column.
        'dryRun', coalesce((to_jsonb(u)->>'dry_run')::boolean, false),
        'breakGlass', EXISTS (SELECT FROM upgrade_approvals AS e WHERE e.upgrade_id = u.id AND e.break_glass)) END AS upgrade,
      CASE WHEN p.id IS NOT NULL THEN jsonb_build_object(
        'id', p.id, 'openWave', p.open_wave, 'waves', p.waves, 'requestedBy', coalesce(pq.name, '?')) END AS plan
    FROM webhook_deliveries AS d
    JOIN webhooks AS w ON w.organization_id = d.organization_id AND w.id = d.webhook_id
    JOIN organizations AS o ON o.id = d.organization_id
    LEFT JOIN upgrades AS u ON u.organization_id = d.organization_id AND u.id = d.upgrade_id
    LEFT JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
    LEFT JOIN operators AS q ON q.id = u.requested_by
    LEFT JOIN operators AS a ON a.id = u.approved_by
    LEFT JOIN upgrade_plans AS p ON p.organization_id = d.organization_id AND p.id = d.plan_id
    LEFT JOIN operators AS pq ON pq.id = p.requested_by
    WHERE d.id = ${deliveryId}::bigint AND d.attempts = ${attempt} AND d.next_attempt_at IS NOT NULL AND w.active`;
  if (row === undefined) return null;
  const { outcome, upgrade, plan, ...rest } = row;
  const status = upgradeStatuses.get(rest.event) ?? '';
  const state = planStates.get(rest.event) ?? '';
  return {
    ...rest,
    upgrade: upgrade === null ? null : { ...upgradeSchema.parse(upgrade), status, outcome },
    plan: plan === null ? null : { ...planSchema.parse(plan), state, reason: outcome },
  };
}
