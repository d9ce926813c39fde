import { z } from 'zod';
import type { MadeDecision } from '../model/agent.ts';
import { GATE_IDS } from '../model/gate.ts';
import type { OrganizationScope } from './database.ts';

const gateSchema = z.object({
  id: z.enum(GATE_IDS),
  title: z.string(),
  expected: z.string(),
  actual: z.string(),
  result: z.enum(['pass', 'fail', 'unknown']),
  advice: z.string(),
  span: z.object({ start: z.string(), end: z.string() }).optional(),
});

const rowSchema = z.object({
  id: z.string(),
  decidedAt: z.date(),
  verdict: z.enum(['approve', 'defer', 'reject']),
  gates: z.array(gateSchema),
  policyId: z.string().nullable(),
  policyVersion: z.number().nullable(),
  toVersion: z.string().nullable(),
  model: z.string().nullable(),
  modelVerdict: z.enum(['no-objection', 'defer']).nullable(),
  reasons: z.array(z.string()).nullable(),
  fallback: z.string().nullable(),
  by: z.string(),
  source: z.enum(['console', 'cli', 'worker', 'mcp']),
  upgradeId: z.string().nullable(),
});

/** The last decision about a router that was kept, whoever asked for it; null if none was. */
export async function newestDecision({ sql }: OrganizationScope, routerId: string): Promise<MadeDecision | null> {
  const [row] = await sql`
    SELECT d.id::text, d.decided_at AS "decidedAt", d.verdict, d.gates, d.policy_id::text AS "policyId",
      d.policy_version AS "policyVersion", i.version AS "toVersion", d.advisor_model AS model, d.advisor_verdict AS "modelVerdict",
      d.advisor_reasons AS reasons, d.advisor_fallback AS fallback, coalesce(o.name, '?') AS by, d.source,
      d.upgrade_id::text AS "upgradeId"
    FROM decisions AS d
    LEFT JOIN firmware_images AS i ON i.id = d.image_id
    LEFT JOIN operators AS o ON o.id = d.asked_by
    WHERE d.router_id = ${routerId}
    ORDER BY d.decided_at DESC, d.id DESC LIMIT 1`;
  if (row === undefined) return null;
  const { policyId, policyVersion, model, modelVerdict, reasons, fallback, ...rest } = rowSchema.parse(row);
  return {
    ...rest,
    policy: policyId === null || policyVersion === null ? null : { id: policyId, version: policyVersion },
    advice: model === null ? null : { model, verdict: modelVerdict, reasons: reasons ?? [], fallback },
  };
}
