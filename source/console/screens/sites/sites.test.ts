import { beforeEach, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { setSiteImages } from '../../../postgres/site-images.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

beforeEach(async () => {
  const { telemetry, seed } = world();
  await forgetUpgrades(support.admin);
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01']);
});

async function open(setup?: Parameters<typeof start>[0]): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor('READY');
  await terminal.press('S');
  await terminal.waitFor('acme ▸ fleet ▸ sites');
  return terminal;
}

it('counts the routers and upgrades of each site, live, and says how images get there', async () => {
  const { services, scope, seed, as } = world();
  await setSiteImages(scope, as.ada, 'fra', { transfer: 'push' });
  const terminal = await open();
  await terminal.waitFor(/▌ +ams .* Europe\/Amsterdam +3 +0 +0 +0 +as elsewhere/u);
  await terminal.waitFor(/fra .* Europe\/Berlin +2 +0 +0 +0 +push/u);
  await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  await terminal.waitFor(/▌ +ams .* 3 +0 +1 +0 +as elsewhere/u);
  await support.admin`
    UPDATE routers SET status = 'offline' WHERE organization_id = ${seed.acme.id} AND id = 'fra-leaf-02'`;
  await terminal.waitFor(/fra .* 2 +1 +0 +0 +push/u);
});

it('leads to the routers of a site, and fits into 80 by 24 and 200 by 50', async () => {
  const small = await open({ columns: 80, rows: 24 });
  await small.waitFor(/▌ +ams .* 3 +0 +0 +0/u);
  expect(small.screen().at(-1)).toContain('1 of 2 sites');
  const large = await open({ columns: 200, rows: 50 });
  await large.waitFor(/ROUTERS +OFF +WAITING +RUNNING +IMAGES +FROM/u);
  await large.waitFor(/fra +.*Europe\/Berlin/u);
  await large.press('j', 'enter');
  await large.waitFor('filter: site==fra');
  await large.waitFor('1 of 2 ');
  expect(large.text()).not.toContain('ams-edge-01');
});
