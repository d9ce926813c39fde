import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { queueUpgrades } from '../../test/support/queued-upgrades.ts';
import type { Seed } from '../../test/support/seed.ts';
import { useScopes } from '../../test/support/scopes.ts';
import { openDatabase } from './database.ts';
import {
  claimDeliveries,
  type ClaimedDelivery,
  listDeliveries,
  recordDelivered,
  recordFailed,
} from './webhook-deliveries.ts';

const support = useDatabase();
const scopes = useScopes(support);
let seed: Seed;
let upgrade = '';
const TERMS = { howMany: 32, howManyFailing: 16, perWebhook: 4, leaseMs: 60_000 };

beforeEach(async () => {
  seed = await support.seed();
  if (upgrade === '') [upgrade = ''] = await queueUpgrades(support.admin, seed, [{}]);
  await support.admin`DELETE FROM webhooks`;
});

/** Webhooks, each with so many messages that are due. */
async function hooks(prefix: string, count: number, messages: number, failing = false): Promise<void> {
  await support.admin`
    INSERT INTO webhooks (organization_id, name, url, encrypted_data, encryption_key_id, failing_since)
    SELECT ${seed.acme.id}, ${prefix} || n, 'https://x.example', '\\x00', 'k', ${failing ? new Date(0) : null}
    FROM generate_series(1, ${count}) AS n`;
  await support.admin`
    INSERT INTO webhook_deliveries (organization_id, webhook_id, event_id, event, upgrade_id)
    SELECT organization_id, id, gen_random_uuid(), 'upgrade.held', ${upgrade}
    FROM webhooks, generate_series(1, ${messages}) WHERE starts_with(name, ${prefix})`;
}

async function claimed(): Promise<readonly ClaimedDelivery[]> {
  const worker = openDatabase(support.settings('netup_worker'));
  try {
    return await claimDeliveries(worker, TERMS);
  } finally {
    await worker.close();
  }
}

test('one webhook has four under way at once over all workers, and one if it fails', async () => {
  await hooks('well', 1, 10);
  await hooks('failing', 1, 10, true);
  const first = await claimed();
  expect([first.length, first.filter(({ failing }) => failing).length]).toEqual([5, 1]);
  expect(await claimed()).toEqual([]);
});

test('webhooks that fail get half of the places at most, and the last ones', async () => {
  await hooks('failing', 40, 1, true);
  await hooks('well', 1, 4);
  const found = await claimed();
  expect(found.filter(({ failing }) => failing)).toHaveLength(16);
  expect(found.filter(({ failing }) => !failing)).toHaveLength(4);
});

test('what came of an attempt is written by whoever has it, and by nobody who had it before', async () => {
  await hooks('well', 1, 1);
  const [late] = await claimed();
  await support.admin`UPDATE webhook_deliveries SET next_attempt_at = now(), claimed_until = NULL`;
  const [now] = await claimed();
  if (late === undefined || now === undefined) throw new Error('nothing was due');
  expect([late.attempt, now.attempt]).toEqual([1, 2]);
  const worker = openDatabase(support.settings('netup_worker'));
  const scope = worker.organization(seed.acme.id);
  await recordFailed(scope, late, { status: 500, error: 'late', again: null });
  await recordDelivered(scope, late, 200);
  const unchanged = await listDeliveries(scopes().acme, { failed: false, limit: 9 });
  expect(unchanged).toMatchObject([{ attempts: 2, lastError: null, lastStatus: null, deliveredAt: null }]);
  await recordDelivered(scope, now, 200);
  await worker.close();
  expect(await listDeliveries(scopes().acme, { failed: false, limit: 9 })).toMatchObject([
    { lastStatus: 200, deliveredAt: expect.any(Date), nextAttemptAt: null },
  ]);
});

test('only workers are given deliveries, and nobody tells webhooks what did not happen', async () => {
  await hooks('well', 1, 1);
  const { database, acme, globex } = scopes();
  await expect(claimDeliveries(database, TERMS)).rejects.toThrow('permission denied for function claim_deliveries');
  const told = acme.sql`SELECT tell_webhooks(${seed.acme.id}, 'upgrade.held', 'upgrade.held', ${upgrade}, NULL, 'x')`;
  await expect(told).rejects.toThrow('permission denied for function tell_webhooks');
  const written = acme.sql`
    INSERT INTO webhook_deliveries (organization_id, webhook_id, event_id, event, upgrade_id)
    SELECT organization_id, id, gen_random_uuid(), 'upgrade.held', ${upgrade} FROM webhooks`;
  await expect(written).rejects.toThrow('permission denied for table webhook_deliveries');
  expect(await listDeliveries(globex, { failed: false, limit: 9 })).toEqual([]);
});
