import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../../test/support/cutting-proxy.ts';
import { forgetUpgrades, useDatabase } from '../../test/support/postgres.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../test/support/upgrades.ts';
import { type Database, DatabaseUnavailable, openDatabase, type OrganizationScope } from '../postgres/database.ts';
import { approveUpgrade } from './decide.ts';
import { requestUpgrades } from './request.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);

let proxy: CuttingProxy;
let database: Database;
let scope: OrganizationScope;

beforeAll(async () => {
  const settings = test.settings('app_user');
  proxy = await startCuttingProxy(settings);
  database = openDatabase({ ...settings, port: proxy.port });
  scope = database.organization(world().seed.acme.id);
});

afterAll(async () => {
  await database.close();
  await proxy.stop();
});

beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await test.admin`TRUNCATE telemetry_raw`;
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-edge-01', 'ams-edge-02']);
});

/** The scope, losing its connection when a transaction is at this point. */
function losing(point: 'first statement' | 'commit'): OrganizationScope {
  return {
    ...scope,
    transaction: (work, options) =>
      scope.transaction(async (sql) => {
        if (point === 'first statement') proxy.cutAtNextAnswer();
        const result = await work(sql);
        if (point === 'commit') proxy.cutAtNextAnswer();
        return result;
      }, options),
  };
}

async function counts(): Promise<unknown> {
  const [row] = await test.admin`
    SELECT (SELECT count(*)::int FROM upgrades) AS upgrades, (SELECT count(*)::int FROM upgrade_steps) AS steps`;
  return { ...row };
}

it('leaves nothing half-written when the connection is lost in the middle; the same key then makes the request', async () => {
  const { services, as, seed } = world();
  const request = aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx);
  const lost = requestUpgrades({ ...services, scope: losing('first statement') }, as.ben, request);
  await expect(lost).rejects.toBeInstanceOf(DatabaseUnavailable);
  expect(await counts()).toEqual({ upgrades: 0, steps: 0 });
  await expect(requestUpgrades({ ...services, scope }, as.ben, request)).resolves.toMatchObject({ repeated: false });
  expect(await counts()).toEqual({ upgrades: 2, steps: 24 });
});

it('makes one request when the answer to its commit is lost and the same key comes again', async () => {
  const { services, as, seed } = world();
  const request = aRequest(['ams-edge-01', 'ams-edge-02'], seed.images.mx);
  const lost = requestUpgrades({ ...services, scope: losing('commit') }, as.ben, request);
  await expect(lost).rejects.toBeInstanceOf(DatabaseUnavailable);
  await expect(requestUpgrades({ ...services, scope }, as.ben, request)).resolves.toMatchObject({ repeated: true });
  expect(await counts()).toEqual({ upgrades: 2, steps: 24 });
});

it('approves once when the answer to the commit of an approval is lost and it is tried again', async () => {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  const id = upgrades[0]?.upgradeId ?? '';
  await expect(approveUpgrade({ ...services, scope: losing('commit') }, as.ana, id)).rejects.toBeInstanceOf(
    DatabaseUnavailable,
  );
  await expect(approveUpgrade({ ...services, scope }, as.ana, id)).resolves.toMatchObject({ repeated: true });
  const approvals = await test.admin`
    SELECT FROM audit_events WHERE upgrade_id = ${id} AND action = 'upgrade.approve'`;
  expect(approvals).toHaveLength(1);
});
