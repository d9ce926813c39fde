import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { keysOf, newKey } from '../../../test/support/encryption-keys.ts';
import { forgetUpgrades, useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { aRequest, useUpgradeWorld } from '../../../test/support/upgrades.ts';
import { isSignedWith, startWebhookReceiver } from '../../../test/support/webhook-receiver.ts';
import type { Delivery } from '../../model/webhook.ts';
import { type Database, openDatabase } from '../../postgres/database.ts';
import { rotateCredentials } from '../../postgres/rotate-credentials.ts';
import { claimDeliveries, listDeliveries } from '../../postgres/webhook-deliveries.ts';
import { addWebhook, listWebhooks, retryDelivery } from '../../postgres/webhooks.ts';
import { breakGlass } from '../decide.ts';
import { requestUpgrades } from '../request.ts';
import type { DeliveryServices } from './deliver.ts';
import { WebhookSecrets } from './secrets.ts';
import { type SenderOptions, WebhookSender } from './sender.ts';
import { newWebhookSecret } from './signature.ts';

const test = useDatabase();
const world = useUpgradeWorld(test);
const [A, B] = [newKey(), newKey()];
const SECRET = newWebhookSecret();
let worker: Database;

beforeAll(async () => {
  const { seed, telemetry } = world();
  worker = openDatabase(test.settings('netup_worker'));
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02']);
  return () => worker.close();
});
beforeEach(async () => {
  await forgetUpgrades(test.admin);
  await test.admin`DELETE FROM webhooks`;
});

async function hook(name: string, url: string, events: readonly string[] = []): Promise<void> {
  const { scope, as } = world();
  await addWebhook(scope, as.ada, keysOf({ a: A }, 'a'), { name, url, events, secret: SECRET });
}

/** Requests the upgrade of both routers, which are two events, or of one. */
async function requested(hosts: readonly string[] = ['ams-edge-01']): Promise<readonly string[]> {
  const { services, as, seed } = world();
  const { upgrades } = await requestUpgrades(
    services,
    as.ben,
    aRequest(hosts, seed.images.mx, { changeReference: 'CHG-1' }),
  );
  return upgrades.map(({ upgradeId }) => upgradeId);
}

type Change = Partial<DeliveryServices> & SenderOptions;

/** Another worker, which looks often and tries again at once; what it says. */
function start(change: Change = {}): { readonly sender: WebhookSender; readonly said: string[] } {
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  const actor = { program: 'worker under test', source: 'worker', correlationId: 'test' } as const;
  const services = {
    database: worker,
    secrets: new WebhookSecrets(keysOf({ a: A, b: B }, 'a'), actor),
    actor,
    log: { info: say, warn: say, error: (message: string, error: unknown) => say(`${message} ${String(error)}`) },
    now: () => new Date(),
    delay: () => 1,
    ...change,
  };
  const sender = new WebhookSender(services, { intervalMs: 20, ...change });
  onTestFinished(() => sender.stop());
  sender.wake();
  return { sender, said };
}

function deliveries(): Promise<readonly Delivery[]> {
  return listDeliveries(world().scope, { failed: false, limit: 100 });
}

async function settled(expected: 'delivered' | 'given up', count: number): Promise<readonly Delivery[]> {
  return vi.waitFor(
    async () => {
      const over = (await deliveries()).filter(({ nextAttemptAt }) => nextAttemptAt === null);
      expect(over.map(({ deliveredAt }) => (deliveredAt === null ? 'given up' : 'delivered'))).toEqual(
        Array.from({ length: count }, () => expected),
      );
      return over;
    },
    { timeout: 10_000, interval: 20 },
  );
}

async function audited(action: string): Promise<readonly unknown[]> {
  return test.admin`SELECT actor_name AS actor, reason FROM audit_events WHERE action = ${action} ORDER BY seq`;
}

describe('a worker sends', () => {
  it('a signed message that says what happened, as soon as it happened', async () => {
    const receiver = await startWebhookReceiver();
    await hook('pager', receiver.url, ['upgrade.break_glass']);
    // Only being woken lets it look again.
    const { sender } = start({ intervalMs: 3_600_000 });
    onTestFinished(await worker.listenToQueue(() => sender.wake()));
    const [id = ''] = await requested();
    const { services, as } = world();
    await breakGlass(services, as.ada, id, 'down\u001b[31m now');
    const [delivery] = await settled('delivered', 1);
    const [message] = receiver.received;
    if (message === undefined) throw new Error('nothing came');
    expect(await isSignedWith(SECRET, message)).toBe(true);
    expect(await isSignedWith(SECRET, { ...message, raw: message.raw.replace('acme', 'acne') })).toBe(false);
    const skew = Math.abs(Number(message.headers['webhook-timestamp']) - Date.now() / 1000);
    expect(skew).toBeLessThan(60);
    expect(message.headers['content-type']).toBe('application/json');
    expect(message.headers['webhook-id']).toBe(delivery?.eventId);
    expect(message.body).toEqual({
      type: 'upgrade.break_glass',
      timestamp: delivery?.occurredAt.toISOString(),
      data: {
        event_id: delivery?.eventId,
        organization: 'acme',
        break_glass: true,
        upgrade: {
          id,
          plan_id: null,
          router: 'ams-edge-01',
          site: 'ams',
          from: '21.4R3-S5',
          to: '22.4R3-S2',
          status: 'approved',
          outcome: 'down now',
          requested_by: 'ben',
          approved_by: 'ada',
          change_reference: 'CHG-1',
          dry_run: false,
        },
      },
    });
  });

  it('the same id again after an error, a reset and a time-out, until it is taken', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answer = (response) => {
      const attempt = receiver.received.length;
      if (attempt === 1) response.writeHead(500).end('out of \u001b[1mdisk\n'.repeat(1000));
      else if (attempt === 2) response.socket?.destroy();
      // The third is never answered.
      else if (attempt > 3) response.writeHead(202).end();
    };
    await hook('pager', receiver.url);
    await requested();
    const errors = new Set<string | null>();
    const { said } = start({ timeoutMs: 300 });
    await vi.waitFor(
      async () => {
        for (const { lastError } of await deliveries()) errors.add(lastError);
        expect(receiver.received).toHaveLength(4);
      },
      { timeout: 10_000, interval: 5 },
    );
    const [delivery] = await settled('delivered', 1);
    expect(delivery).toMatchObject({ attempts: 4, lastStatus: 202, lastError: null });
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([delivery?.eventId]),
    );
    expect(await Promise.all(receiver.received.map((message) => isSignedWith(SECRET, message)))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    // Told of once, since it went on failing.
    expect(said).toEqual([
      expect.stringMatching(/^webhooks: pager of acme: it answered 500: out of disk out of disk/u),
    ]);
    const kept = [...errors].filter((error) => error !== null);
    expect(Math.max(...kept.map(({ length }) => length))).toBeLessThanOrEqual(200);
    expect((await listWebhooks(world().scope))[0]?.failingSince).toBeNull();
  });

  it('no more when the last attempt failed, and again when somebody says so', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answer = (response) => void response.writeHead(302, { location: `${receiver.url}/other` }).end();
    await hook('pager', receiver.url);
    await requested();
    start({ delay: (failures) => (failures < 3 ? 1 : null) });
    const [delivery] = await settled('given up', 1);
    expect(delivery).toMatchObject({
      attempts: 3,
      lastStatus: 302,
      lastError: 'it redirects (302), which is not followed',
    });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
    receiver.answer = (response) => void response.writeHead(200).end();
    const { scope, as } = world();
    await retryDelivery(scope, as.ada, delivery?.id ?? '');
    await settled('delivered', 1);
    await expect(retryDelivery(scope, as.ada, delivery?.id ?? '')).rejects.toThrow('was taken at');
    expect(await audited('webhook.retry')).toMatchObject([{ actor: 'ada' }]);
  });

  it('nothing more to a receiver that is gone', async () => {
    const receiver = await startWebhookReceiver();
    receiver.answer = (response) => void response.writeHead(410).end();
    await hook('pager', receiver.url);
    await requested(['ams-edge-01', 'ams-edge-02']);
    start();
    await settled('given up', 2);
    expect(await listWebhooks(world().scope)).toMatchObject([
      { active: false, offReason: 'its receiver answered 410 Gone' },
    ]);
    expect(await audited('webhook.off')).toEqual([
      { actor: 'worker under test', reason: 'its receiver answered 410 Gone' },
    ]);
    expect(receiver.received.length).toBeLessThanOrEqual(2);
    const [last] = await deliveries();
    await expect(retryDelivery(world().scope, world().as.ada, last?.id ?? '')).rejects.toThrow('is off');
  });

  it('to others meanwhile when one does not answer', async () => {
    const [silent, well] = [await startWebhookReceiver(), await startWebhookReceiver()];
    silent.answer = () => undefined;
    await hook('silent', silent.url);
    await hook('well', well.url);
    const [id = ''] = await requested();
    await test.admin`
      INSERT INTO webhook_deliveries (organization_id, webhook_id, event_id, event, upgrade_id)
      SELECT organization_id, id, gen_random_uuid(), 'upgrade.requested', ${id} FROM webhooks, generate_series(1, 49)`;
    start({ timeoutMs: 60_000 });
    await vi.waitFor(() => expect(well.received).toHaveLength(50), { timeout: 10_000, interval: 20 });
    // Four at once is what a webhook may have under way.
    expect(silent.received).toHaveLength(4);
  });
});

describe('several workers', () => {
  it('send each message once', async () => {
    const receiver = await startWebhookReceiver();
    await hook('pager', receiver.url);
    const ids = await requested(['ams-edge-01', 'ams-edge-02']);
    await test.admin`
      INSERT INTO webhook_deliveries (organization_id, webhook_id, event_id, event, upgrade_id)
      SELECT organization_id, id, gen_random_uuid(), 'upgrade.requested', ${ids[0] ?? ''} FROM webhooks, generate_series(1, 98)`;
    start();
    start();
    start();
    await settled('delivered', 100);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(100);
    expect(receiver.received).toHaveLength(100);
  });

  it('go on with what a killed one had begun, and what one that is stopped had', async () => {
    const receiver = await startWebhookReceiver();
    await hook('pager', receiver.url);
    await requested();
    const terms = { howMany: 5, howManyFailing: 5, perWebhook: 4, leaseMs: 300 };
    const [claim] = await claimDeliveries(worker, terms);
    expect(claim?.attempt).toBe(1);
    expect(await claimDeliveries(worker, terms)).toEqual([]);
    receiver.answer = () => undefined;
    const { sender } = start();
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 10_000, interval: 20 });
    await sender.stop();
    receiver.answer = (response) => void response.writeHead(200).end();
    start();
    const [delivery] = await settled('delivered', 1);
    // What was broken off does not count.
    expect(delivery?.attempts).toBe(2);
    expect(receiver.received).toHaveLength(2);
  });
});

describe('the secret', () => {
  it('is taken out once by a worker, also after its key was changed, and waits for a worker that has its key', async () => {
    const receiver = await startWebhookReceiver();
    await hook('pager', receiver.url);
    const { scope, as } = world();
    const rotation = { batchSize: 10 };
    expect(await rotateCredentials(scope, as.ada, keysOf({ a: A, b: B }, 'b'), rotation, 'webhook')).toEqual({
      rotated: 1,
      left: [],
    });
    expect((await listWebhooks(scope))[0]?.keyId).toBe('b');
    expect(await audited('webhook.rotate_key')).toHaveLength(1);
    const before = (await audited('webhook.use')).length;
    await requested(['ams-edge-01', 'ams-edge-02']);
    const actor = { program: 'keyless', source: 'worker', correlationId: 'test' } as const;
    const keyless = start({ secrets: new WebhookSecrets(keysOf({ a: A }, 'a'), actor) });
    const waiting = { attempts: 0, lastError: 'the worker has no key for its secret' };
    await vi.waitFor(async () => expect(await deliveries()).toMatchObject([waiting, waiting]), { timeout: 10_000 });
    await keyless.sender.stop();
    expect(keyless.said).toHaveLength(1);
    expect(keyless.said[0]).toContain('is encrypted with the key "b", which is not among the keys here');
    await test.admin`UPDATE webhook_deliveries SET next_attempt_at = now()`;
    start();
    await settled('delivered', 2);
    expect(await Promise.all(receiver.received.map((message) => isSignedWith(SECRET, message)))).toEqual([true, true]);
    expect((await audited('webhook.use')).length - before).toBe(1);
  });
});
