import type postgres from 'postgres';
import { AGENT_MODES, type AgentSettings, DEFAULT_AGENT } from '../model/agent.ts';
import type { Actor } from '../model/operator.ts';
import { appendAudit } from './audit.ts';
import { oneOf } from './columns.ts';
import type { OrganizationScope } from './database.ts';

/** What the agent may do by itself in the organization. */
export async function readAgentSettings(sql: postgres.ISql): Promise<AgentSettings> {
  const [row] = await sql<[{ mode: string; perDay: number; perSite: number }?]>`
    SELECT mode, per_day AS "perDay", per_site AS "perSite" FROM agent_settings`;
  return row === undefined ? DEFAULT_AGENT : { ...row, mode: oneOf(AGENT_MODES, row.mode, 'agent_settings.mode') };
}

/** Changes it as an admin, audited; what is left out stays. Nothing is written if all is so already. */
export async function setAgentSettings(
  scope: OrganizationScope,
  actor: Actor,
  change: Partial<AgentSettings>,
): Promise<void> {
  await scope.transaction(async (sql) => {
    const before = await readAgentSettings(sql);
    const after = { ...before, ...change };
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    await sql`
      INSERT INTO agent_settings (organization_id, mode, per_day, per_site, changed_by)
      VALUES (current_org_id(), ${after.mode}, ${after.perDay}, ${after.perSite}, ${actor.operator.id})
      ON CONFLICT (organization_id) DO UPDATE
      SET mode = excluded.mode, per_day = excluded.per_day, per_site = excluded.per_site, changed_by = excluded.changed_by,
        changed_at = now()`;
    const target = { targetType: 'agent', targetId: 'agent' };
    await appendAudit(sql, [{ actor, action: 'agent.set', ...target, before: { ...before }, after: { ...after } }]);
  });
}
