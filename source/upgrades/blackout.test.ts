import { beforeEach, describe, expect, it } from 'vitest';
import { forgetUpgrades, useDatabase } from '../../test/support/postgres.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../test/support/upgrades.ts';
import { addBlackout, listBlackouts, removeBlackout } from '../postgres/blackouts.ts';
import { requestUpgrades } from './request.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const HOUR = 3_600_000;

beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await test.admin`DELETE FROM blackouts`;
  await writeSteady(world().telemetry, world().seed.acme.id, ['ams-edge-01', 'fra-leaf-02']);
});

function ahead(hours: number): Date {
  return new Date(Date.now() + hours * HOUR);
}

async function add(from: number, to: number, site: string | null): Promise<string> {
  const { scope, as } = world();
  return addBlackout(scope, as.ana, { site, from: ahead(from), to: ahead(to), reason: 'fair week' });
}

describe('a request for a time inside a blackout', () => {
  it('is refused with a sentence, and free again once it is removed', async () => {
    const { services, as, seed, scope } = world();
    const id = await add(1, 3, 'ams');
    const request = aRequest(['ams-edge-01'], seed.images.mx, { schedule: { kind: 'at', at: ahead(2) } });
    await expect(requestUpgrades(services, as.ben, request)).rejects.toThrow(
      /^The router is not free at that time: ams-edge-01 \(a blackout at ams lasts until .* UTC \(fair week\)\)\. Nothing was requested\.$/u,
    );
    await removeBlackout(scope, as.ana, id);
    await expect(requestUpgrades(services, as.ben, request)).resolves.toMatchObject({ repeated: false });
    const audit = await test.admin`
      SELECT action, actor_name, reason FROM audit_events WHERE target_type = 'blackout' AND target_id = ${id} ORDER BY seq`;
    expect(audit).toMatchObject([
      { action: 'blackout.add', actor_name: 'ana', reason: 'fair week' },
      { action: 'blackout.remove', actor_name: 'ana' },
    ]);
  });

  it('concerns the routers of its site, and may be asked for all the same', async () => {
    const { services, as, seed } = world();
    await add(-1, 3, 'ams');
    await expect(requestUpgrades(services, as.ben, aRequest(['fra-leaf-02'], seed.images.dcs))).resolves.toMatchObject({
      repeated: false,
    });
    const here = aRequest(['ams-edge-01'], seed.images.mx);
    await expect(requestUpgrades(services, as.ben, here)).rejects.toThrow('a blackout at ams');
    await expect(requestUpgrades(services, as.ben, { ...here, despiteBlackout: true })).resolves.toMatchObject({
      repeated: false,
    });
  });
});

describe('blackouts', () => {
  it('belong to one organization, and are listed until they are over', async () => {
    const { scope, database, seed } = world();
    await add(-2, 1, null);
    await add(2, 3, 'ams');
    expect((await listBlackouts(scope, new Date())).map(({ site, createdBy }) => [site, createdBy])).toEqual([
      [null, 'ana'],
      ['ams', 'ana'],
    ]);
    expect(await listBlackouts(scope, ahead(2))).toHaveLength(1);
    expect(await listBlackouts(database.organization(seed.globex.id), new Date())).toEqual([]);
  });

  it('are not made for sites that are not there', async () => {
    await expect(add(1, 2, 'nowhere')).rejects.toThrow('There is no site nowhere in this organization.');
    await expect(removeBlackout(world().scope, world().as.ana, '99')).rejects.toThrow('There is no blackout 99');
  });
});
