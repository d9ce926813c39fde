import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { aRequest, useUpgradeWorld } from '../../test/support/upgrades.ts';
import { writeSteady } from '../../test/support/steady-telemetry.ts';
import { approveUpgrade } from '../upgrades/decide.ts';
import { requestUpgrades } from '../upgrades/request.ts';
import { type Database, openDatabase } from './database.ts';
import { type Claim, claimKey, claimUpgrades, holdLease, LeaseLost, renewClaims } from './upgrade-queue.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const TERMS = { lease: 60_000, margin: 0 };
const opened: Database[] = [];

beforeAll(async () => {
  const { services, as, seed, telemetry } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01']);
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  await approveUpgrade(services, as.ana, upgrades[0]?.upgradeId ?? '');
  opened.push(openDatabase(test.settings('netup_worker')));
  return () => Promise.all(opened.map((database) => database.close()));
});

async function claimed(): Promise<Claim> {
  const [database] = opened;
  await test.admin`UPDATE upgrade_queue SET lease_expires_at = NULL, slot_at = NULL`;
  const [claim] = database === undefined ? [] : await claimUpgrades(database, randomUUID(), 1, TERMS);
  if (claim === undefined) throw new Error('nothing was due');
  return claim;
}

it('a lease whose row is busy is neither waited for nor taken for lost, and is renewed afterwards', async () => {
  const [database] = opened;
  if (database === undefined) throw new Error('there is no database');
  const claim = await claimed();
  const scope = database.organization(claim.organizationId);
  const during = await scope.transaction(async (sql) => {
    await holdLease(sql, claim);
    return renewClaims(database, [claim], TERMS);
  });
  expect(during).toEqual(new Map([[claimKey(claim), false]]));
  expect(await renewClaims(database, [claim], TERMS)).toEqual(new Map([[claimKey(claim), true]]));
});

it('a lease that another worker has is lost: not renewed, and not held', async () => {
  const [database] = opened;
  if (database === undefined) throw new Error('there is no database');
  const first = await claimed();
  const second = await claimed();
  expect(BigInt(second.epoch)).toBeGreaterThan(BigInt(first.epoch));
  expect(await renewClaims(database, [first], TERMS)).toEqual(new Map());
  const late = database.organization(first.organizationId).transaction((sql) => holdLease(sql, first));
  await expect(late).rejects.toBeInstanceOf(LeaseLost);
});
