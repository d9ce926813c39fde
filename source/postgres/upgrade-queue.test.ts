import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it, vi } from 'vitest';
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
  return () => Promise.all(opened.map((one) => one.close()));
});

function database(): Database {
  const [first] = opened;
  if (first === undefined) throw new Error('there is no database');
  return first;
}

async function claimed(): Promise<Claim> {
  await test.admin`UPDATE upgrade_queue SET lease_expires_at = NULL, slot_at = NULL`;
  const [claim] = await claimUpgrades(database(), randomUUID(), 1, TERMS);
  if (claim === undefined) throw new Error('nothing was due');
  return claim;
}

it('a lease is renewed while its worker writes, and its worker writes while it is renewed', async () => {
  const claim = await claimed();
  const scope = database().organization(claim.organizationId);
  const during = await scope.transaction(async (sql) => {
    await holdLease(sql, claim);
    return renewClaims(database(), [claim], TERMS);
  });
  expect(during).toEqual(new Map([[claimKey(claim), true]]));
  const { upgradeId, epoch, organizationId } = claim;
  await database().transaction(async (sql) => {
    const [row] = await sql`
      SELECT renewed FROM renew_leases(${[upgradeId]}::bigint[], ${[epoch]}::bigint[], ${[organizationId]}::uuid[], '9 s')`;
    expect(row).toEqual({ renewed: true });
    await scope.transaction((own) => holdLease(own, claim));
  });
});

it('a lease whose row somebody changes is neither waited for nor taken for lost, and is renewed afterwards', async () => {
  const claim = await claimed();
  const during = await test.admin.begin(async (sql) => {
    await sql`SELECT FROM upgrade_queue WHERE upgrade_id = ${claim.upgradeId} FOR UPDATE`;
    return renewClaims(database(), [claim], TERMS);
  });
  expect(during).toEqual(new Map([[claimKey(claim), false]]));
  expect(await renewClaims(database(), [claim], TERMS)).toEqual(new Map([[claimKey(claim), true]]));
});

it('an upgrade is not taken while its worker writes, though its lease is over', async () => {
  const claim = await claimed();
  const taken = await database()
    .organization(claim.organizationId)
    .transaction(async (sql) => {
      await holdLease(sql, claim);
      await test.admin`UPDATE upgrade_queue SET lease_expires_at = now() - interval '1 day'`;
      return claimUpgrades(database(), randomUUID(), 1, TERMS);
    });
  expect(taken).toEqual([]);
  expect(await claimUpgrades(database(), randomUUID(), 1, TERMS)).toHaveLength(1);
});

it('a worker that writes while another takes its upgrade waits for that, and is refused', async () => {
  const claim = await claimed();
  await test.admin`UPDATE upgrade_queue SET lease_expires_at = now() - interval '1 day'`;
  let late: Promise<unknown> = Promise.resolve();
  await database().transaction(async (sql) => {
    await sql`SELECT FROM claim_upgrades(${randomUUID()}, 1, '60 s', '0 s')`;
    late = database()
      .organization(claim.organizationId)
      .transaction((own) => holdLease(own, claim))
      .catch((error: unknown) => error);
    await vi.waitFor(async () => {
      expect(
        await test.admin`
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%hold_lease%'`,
      ).toHaveLength(1);
    });
  });
  expect(await late).toBeInstanceOf(LeaseLost);
});

it('a lease that another worker has is lost: not renewed, and not held', async () => {
  const first = await claimed();
  const second = await claimed();
  expect(BigInt(second.epoch)).toBeGreaterThan(BigInt(first.epoch));
  expect(await renewClaims(database(), [first], TERMS)).toEqual(new Map());
  const late = database()
    .organization(first.organizationId)
    .transaction((sql) => holdLease(sql, first));
  await expect(late).rejects.toBeInstanceOf(LeaseLost);
});
