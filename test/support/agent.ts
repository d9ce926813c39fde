import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Advisor } from '../../source/agent/advisors/advisor.ts';
import { runAgent } from '../../source/agent/run-agent.ts';
import type { AgentSettings } from '../../source/model/agent.ts';
import type { AuditSource } from '../../source/model/operator.ts';
import { setAgentSettings } from '../../source/postgres/agent-settings.ts';
import { setApprovalRules } from '../../source/postgres/approval-rules.ts';
import { type Database, openDatabase } from '../../source/postgres/database.ts';
import { requestUpgrades } from '../../source/upgrades/request.ts';
import { forgetUpgrades, type TestDatabase } from './postgres.ts';
import { type Steady, writeSteady } from './steady-telemetry.ts';
import { aRequest, type UpgradeWorld } from './upgrades.ts';

/** Routers that the agent may look at: two of one site and model, whose policy lets it approve, and one whose policy does not. */
const ROUTERS = ['ams-core-01', 'ams-core-02', 'ams-edge-01'];

/** The agent over a seeded database, whose routers are healthy before each test. Call it once, after `useUpgradeWorld`. */
export function useAgent(test: TestDatabase, world: () => UpgradeWorld) {
  let worker: Database;
  let later = new Map<string, number>();
  let before = '0';

  beforeAll(() => {
    worker = openDatabase(test.settings('netup_worker'));
  });
  afterAll(() => worker.close());

  beforeEach(async () => {
    const { seed, scope, as } = world();
    await test.admin.begin(async (sql) => {
      await sql`SET LOCAL session_replication_role = replica`;
      await sql`DELETE FROM decisions`;
    });
    await forgetUpgrades(test.admin);
    await test.admin`UPDATE upgrade_policies SET auto_approve = id = ${seed.acme.policies.asr}`;
    await test.admin`
      INSERT INTO routers (organization_id, id, hostname, mgmt_ip, vendor_id, model_id, site_id, current_ver, target_ver)
      SELECT organization_id, 'ams-core-02', 'ams-core-02', '10.0.0.9', vendor_id, model_id, site_id, current_ver, target_ver
      FROM routers WHERE organization_id = ${seed.acme.id} AND id = 'ams-core-01' ON CONFLICT DO NOTHING`;
    await feel({});
    await setAgentSettings(scope, as.ada, { mode: 'advise', perDay: 10, perSite: 1 });
    await setApprovalRules(scope, as.ada, { approvers: 1 });
    later = new Map();
    const [last] = await test.admin<[{ seq: string }]>`SELECT coalesce(max(seq), 0)::text AS seq FROM audit_events`;
    before = last.seq;
  });

  /** Every router is so, and was so for an hour. */
  async function feel(steady: Steady): Promise<void> {
    const { telemetry, seed } = world();
    await test.admin`TRUNCATE telemetry_raw, telemetry_hourly`;
    await writeSteady(telemetry, seed.acme.id, ROUTERS, steady);
  }

  return {
    feel,
    worker: () => worker,
    /** What was put off is looked at again. */
    forgetLater: () => later.clear(),
    mode: (change: Partial<AgentSettings>) => setAgentSettings(world().scope, world().as.ada, change),
    request: async (router = 'ams-core-01', source: AuditSource = 'console'): Promise<string> => {
      const { services, as, seed } = world();
      const image = router === 'ams-edge-01' ? seed.images.mx : seed.images.asr;
      const { upgrades } = await requestUpgrades(services, { ...as.ben, source }, aRequest([router], image));
      return upgrades[0]?.upgradeId ?? '';
    },
    run: (advisor: Advisor | null = null): Promise<void> => {
      const { seed, telemetry } = world();
      return runAgent({ scope: worker.organization(seed.acme.id), telemetry, advisor, now: new Date(), later });
    },
    stateOf: async (id: string): Promise<unknown> => {
      const [row] = await test.admin`
        SELECT u.status, o.name AS "by", u.deferred_why AS deferred FROM upgrades AS u LEFT JOIN operators AS o ON o.id = u.approved_by
        WHERE u.id = ${id}`;
      return row;
    },
    /** What the agent did in this test. */
    trail: async (): Promise<readonly string[]> => {
      const rows = await test.admin<{ text: string }[]>`
        SELECT action || ' by ' || actor_name || coalesce(': ' || (after->>'why'), '') AS text FROM audit_events
        WHERE source = 'worker' AND upgrade_id IS NOT NULL AND seq > ${before} ORDER BY seq`;
      return rows.map(({ text }) => text);
    },
    kept: async (): Promise<number> => (await test.admin`SELECT FROM decisions`).count,
  };
}
