import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../test/support/upgrades.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { LeaseLost } from '../../postgres/upgrade-queue.ts';
import { approveUpgrade } from '../decide.ts';
import { requestUpgrades } from '../request.ts';
import type { Lease } from './lease.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const TERMS = { lease: 1000, margin: 200 };
let database: Database;

beforeAll(async () => {
  const { services, as, seed, telemetry } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01']);
  const { upgrades } = await requestUpgrades(services, as.ben, aRequest(['ams-edge-01'], seed.images.mx));
  await approveUpgrade(services, as.ana, upgrades[0]?.upgradeId ?? '');
  database = openDatabase(test.settings('netup_worker'));
});
afterAll(() => database.close());
beforeEach(() => test.admin`UPDATE upgrade_queue SET lease_expires_at = NULL, slot_at = NULL`.then(() => undefined));

async function claimed(): Promise<Lease> {
  const keeper = new LeaseKeeper(database, randomUUID(), TERMS);
  onTestFinished(() => keeper.stop());
  const [lease] = await keeper.claim(1);
  if (lease === undefined) throw new Error('nothing was due');
  return lease;
}

/** Does nothing else, as a process that is kept from running. */
function standStill(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

it('keeps what ran out while the process stood still, if nobody has taken it; until that is known, nothing is sent', async () => {
  const lease = await claimed();
  standStill(TERMS.lease + 500);
  expect(lease.alive).toBe(false);
  await lease.settled();
  lease.check();
  expect(lease.signal.aborted).toBe(false);
});

it('loses what another took while the process stood still', async () => {
  const lease = await claimed();
  await test.admin`UPDATE upgrade_queue SET lease_epoch = lease_epoch + 1`;
  standStill(TERMS.lease + 500);
  await expect(lease.settled()).rejects.toBeInstanceOf(LeaseLost);
});

it('loses what runs out while the process is well, as when the database does not answer', async () => {
  const lease = await claimed();
  await test.admin.begin(async (sql) => {
    await sql`LOCK TABLE upgrade_queue IN ACCESS EXCLUSIVE MODE`;
    await vi.waitFor(() => expect(lease.signal.aborted).toBe(true), { timeout: 10_000 });
  });
  expect(() => lease.check()).toThrow(LeaseLost);
});
