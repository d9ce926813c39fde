import { expect, it, onTestFinished } from 'vitest';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { openDatabase } from '../../../postgres/database.ts';
import { requestUpgrades } from '../../request.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { oldDecisionsDuty } from './old-decisions.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);

it('keeps the newest on each router and what is about an upgrade, and the rest for 90 days', async () => {
  const { seed, services, as, telemetry } = world();
  const { admin } = support;
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01']);
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  const upgradeId = upgrades[0]?.upgradeId ?? '';
  const add = async (router: string, days: number, count: number, upgrade: string | null = null): Promise<void> => {
    await admin`
      INSERT INTO decisions (organization_id, router_id, upgrade_id, decided_at, verdict, gates, evidence_start, evidence_end, asked_by, source)
      SELECT ${seed.acme.id}, ${router}, ${upgrade}::bigint, now() - make_interval(days => ${days}), 'defer', '[]', now() - interval '2 h', now(),
        ${seed.ben.id}, 'cli' FROM generate_series(1, ${count})`;
  };
  await add('ams-edge-01', 100, 1500);
  await add('ams-edge-01', 99, 1, upgradeId);
  await add('ams-edge-01', 20, 2);
  await add('ams-edge-02', 400, 3);
  const database = openDatabase(support.settings('netup_worker'));
  onTestFinished(() => database.close());
  const told: string[] = [];
  const log = { info: (line: string) => void told.push(line), warn: () => undefined, error: () => undefined };
  const duty = oldDecisionsDuty(database, log, () => new Date());
  await duty.run();
  expect(told).toEqual(['old decisions: removed 1502 that were older than 90 days.']);
  const left = await admin`
    SELECT router_id AS router, upgrade_id IS NOT NULL AS upgrade, count(*)::int AS count FROM decisions GROUP BY 1, 2 ORDER BY 1, 2`;
  expect([...left]).toEqual([
    { router: 'ams-edge-01', upgrade: false, count: 2 },
    { router: 'ams-edge-01', upgrade: true, count: 1 },
    { router: 'ams-edge-02', upgrade: false, count: 1 },
  ]);
  const audit = await admin`SELECT before FROM audit_events WHERE action = 'decision.expire' ORDER BY seq`;
  expect(audit.map((row) => row['before'])).toEqual([{ rows: 1000 }, { rows: 502 }]);
  await duty.run();
  expect(told).toHaveLength(1);
  // Nobody removes one by hand, however old; and not even the function a recent one.
  await expect(database.organization(seed.acme.id).sql`DELETE FROM decisions`).rejects.toThrow('permission denied');
  await expect(admin`DELETE FROM decisions WHERE router_id = 'ams-edge-02'`).rejects.toThrow(
    'cannot be changed or removed',
  );
  const [none] = await database.organization(seed.acme.id)
    .sql`SELECT expire_decisions(now() + interval '1 year', 100) AS count`;
  expect(none).toEqual({ count: 0 });
  await expect(services.scope.sql`SELECT expire_decisions(now(), 1)`).rejects.toThrow('permission denied');
});
