import { beforeEach, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { beginRow, endRow } from '../../../../test/support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { approveUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
let id = '';

beforeEach(async () => {
  const { telemetry, seed, services, as } = world();
  await forgetUpgrades(support.admin);
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01']);
  await support.admin`UPDATE routers SET current_ver = '21.4R3-S5' WHERE id = 'ams-edge-01'`;
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  id = upgrades[0]?.upgradeId ?? '';
  await approveUpgrade(services, as.ana, id);
  await beginRow(support.admin, id);
  await endRow(support.admin, id, 'success', null);
  await support.admin`UPDATE routers SET current_ver = '22.4R3-S2' WHERE id = 'ams-edge-01'`;
});

it('says that there is no image of it', async () => {
  const terminal = start({ who: 'ben', context: { openAt: { upgrade: id } } });
  await terminal.waitFor('✔ success');
  await terminal.press('r');
  await terminal.waitFor('There is no image of 21.4R3-S5 for ams-edge-01 on record');
});

it('opens the wizard with what ran before, through its gates', async () => {
  await support.admin`
    INSERT INTO firmware_images (vendor_id, version, file_name, size_bytes, sha256, is_golden)
    SELECT vendor_id, '21.4R3-S5', 'junos-21.4R3-S5.tgz', size_bytes, repeat('c', 64), false
    FROM firmware_images WHERE id = ${world().seed.images.mx}`;
  await support.admin`
    INSERT INTO firmware_image_models (image_id, model_id)
    SELECT i.id, m.model_id FROM firmware_images AS i, firmware_image_models AS m
    WHERE i.version = '21.4R3-S5' AND m.image_id = ${world().seed.images.mx}`;
  const terminal = start({ who: 'ben', context: { openAt: { upgrade: id } } });
  await terminal.waitFor('✔ success');
  await terminal.press('r');
  await terminal.waitFor(/\(•\) 21\.4R3-S5/u);
  await terminal.press('enter');
  await terminal.waitFor('22.4R3-S2 → 21.4R3-S5: a downgrade, as asked for');
});
