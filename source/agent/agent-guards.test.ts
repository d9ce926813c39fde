import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { useAgent } from '../../test/support/agent.ts';
import { useDatabase } from '../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../test/support/upgrades.ts';
import type { Actor } from '../model/operator.ts';
import type { Database } from '../postgres/database.ts';
import { findOperator } from '../postgres/operators.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const { mode, request, stateOf, worker } = useAgent(test, world);

describe('the agent, by raw SQL', () => {
  async function code(query: Promise<unknown>): Promise<string> {
    try {
      await query;
      return 'accepted';
    } catch (error) {
      return error instanceof postgres.PostgresError ? error.message : String(error);
    }
  }
  const agentId = async (): Promise<string> => {
    const [row] = await test.admin<[{ id: string }]>`SELECT id FROM operators WHERE kind = 'program'`;
    return row.id;
  };

  it('nobody else approves in the name of the agent, whatever the mode', async () => {
    const { scope, as } = world();
    await mode({ mode: 'auto-approve' });
    const [id, agent] = [await request(), await agentId()];
    const { sql } = scope;
    const approvals = sql`
      INSERT INTO upgrade_approvals (organization_id, upgrade_id, operator_id, subject) VALUES (current_org_id(), ${id}, ${agent}, '{}')`;
    expect(await code(approvals)).toBe('nobody approves in the name of the agent');
    expect(
      await code(
        sql`UPDATE upgrades SET status = 'approved', approved_by = ${agent}, approved_at = now() WHERE id = ${id}`,
      ),
    ).toBe('nobody approves in the name of the agent');
    expect(await code(sql`SELECT * FROM agent_approve(${id}, 1)`)).toContain('permission denied');
    expect(await code(sql`UPDATE upgrades SET deferred_until = now(), deferred_why = 'x' WHERE id = ${id}`)).toBe(
      'only the agent defers an upgrade',
    );
    expect(await code(sql`UPDATE upgrades SET requested_via = 'cli' WHERE id = ${id}`)).toBe(
      'how an upgrade was requested cannot be changed',
    );
    const decide = (operator: string, by: Database): Promise<unknown> =>
      by.organization(world().seed.acme.id).sql`
        INSERT INTO decisions (organization_id, router_id, verdict, gates, evidence_start, evidence_end, asked_by, source)
        VALUES (current_org_id(), 'ams-core-01', 'defer', '[]', now() - interval '2 h', now(), ${operator}, 'cli')`;
    const own = 'a worker decides as the agent, and people in their own name';
    expect(await code(decide(agent, world().database))).toBe(own);
    expect(await code(decide(as.ada.operator.id, worker()))).toBe(own);
  });

  it('a worker approves nothing by a decision that is not there, old, of another upgrade, or against the gates', async () => {
    await mode({ mode: 'auto-approve', perSite: 5 });
    const [id, other, agent] = [await request(), await request('ams-core-02'), await agentId()];
    const { sql } = worker().organization(world().seed.acme.id);
    const gates = [{ id: 'cpu', result: 'pass' }];
    const decide = async (upgrade: string, verdict: string, at: Date, found: postgres.JSONValue): Promise<string> => {
      const [row] = await sql<[{ id: string }]>`
        INSERT INTO decisions (organization_id, router_id, upgrade_id, decided_at, verdict, gates, policy_id, policy_version,
          evidence_start, evidence_end, asked_by, source)
        SELECT current_org_id(), u.router_id, u.id, ${at}, ${verdict}, ${sql.json(found)}, p.id, p.version, now() - interval '2 h', now(),
          ${agent}, 'worker'
        FROM upgrades AS u JOIN upgrade_policies AS p ON p.id = u.policy_id WHERE u.id = ${upgrade} RETURNING id::text`;
      return row.id;
    };
    const why = async (decision: string): Promise<unknown> =>
      (await sql`SELECT why FROM agent_approve(${id}, ${decision})`)[0]?.['why'];
    const notDecided = 'the agent did not just decide for it';
    expect(await why('1000000')).toBe(notDecided);
    expect(await why(await decide(id, 'approve', new Date(Date.now() - 600_000), gates))).toBe(notDecided);
    expect(await why(await decide(other, 'approve', new Date(), gates))).toBe(notDecided);
    expect(await why(await decide(id, 'defer', new Date(), gates))).toBe(notDecided);
    expect(await code(decide(id, 'approve', new Date(), [{ id: 'cpu', result: 'fail' }]))).toContain(
      'decisions_approve_on_gates',
    );
    expect(await code(decide(id, 'approve', new Date(), []))).toContain('decisions_approve_on_gates');
    const good = await decide(id, 'approve', new Date(), gates);
    await test.admin`UPDATE upgrade_policies SET max_cpu_percent = 50 WHERE id = ${world().seed.acme.policies.asr}`;
    expect(await why(good)).toBe('its policy was changed since the agent decided');
    expect(await why(await decide(id, 'approve', new Date(), gates))).toBeNull();
    expect(await stateOf(id)).toMatchObject({ status: 'approved', by: 'agent' });
  });

  it('only an admin sets the mode, and no process of ours lets a policy approve', async () => {
    const { scope, as, seed } = world();
    const settings = (by: Actor): Promise<unknown> => scope.sql`
      UPDATE agent_settings SET mode = 'auto-approve', changed_by = ${by.operator.id}`;
    expect(await code(settings(as.ana))).toBe('only an admin says what the agent may do');
    expect(await code(settings(as.ada))).toBe('accepted');
    const policy = scope.sql`UPDATE upgrade_policies SET auto_approve = true WHERE id = ${seed.acme.policies.amsJuniper}`;
    expect(await code(policy)).toContain('only the owner of the tables');
  });

  it('nobody logs in as the agent', async () => {
    await mode({ mode: 'auto-approve' });
    expect(await findOperator(world().database, 'agent')).toBeNull();
  });
});
