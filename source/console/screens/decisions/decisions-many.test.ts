import { beforeAll, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
const MANY = 10_000;

beforeAll(async () => {
  const { acme, vendors, models } = world().seed;
  await support.admin`
    INSERT INTO routers (organization_id, id, hostname, mgmt_ip, site_id, vendor_id, model_id, current_ver, target_ver)
    SELECT ${acme.id}, 'big-' || n, 'big-' || lpad(n::text, 5, '0'), '10.9.0.0'::inet + n, ${acme.sites.ams}, ${vendors.juniper}, ${models.mx},
      '21.4R3-S5', '22.4R3-S2' FROM generate_series(1, ${MANY}) AS n`;
});

it('decides about 10,000 routers while every key works, and can be cancelled', { timeout: 60_000 }, async () => {
  const terminal = start({ who: 'ben' });
  await terminal.waitFor('1 of 10,006');
  await terminal.waitFor(/big-00001 .*no data/u);
  await terminal.press('d');
  await terminal.waitFor(/reading the inventory|asking the telemetry|comparing gates/u);
  await terminal.press('c');
  await terminal.waitFor('cancelled; not judged yet; r judges');
  await terminal.press('r');
  await terminal.waitFor(/◌ DEFER +10,00\d/u);
  expect(terminal.text()).toMatch(/CPU mean over 2 h +10,00\d +0 +10,00\d/u);
});
