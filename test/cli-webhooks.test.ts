import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { dispatch } from '../source/cli/dispatch.ts';
import { type CliResult, databaseVariables, useCli } from './support/cli.ts';
import { newKey } from './support/encryption-keys.ts';
import { useDatabase } from './support/postgres.ts';
import { queueUpgrades } from './support/queued-upgrades.ts';
import type { Seed } from './support/seed.ts';
import { isSignedWith, startWebhookReceiver } from './support/webhook-receiver.ts';

const cli = useCli();
const database = useDatabase();
const keyFile = path.join(cli.folder, 'keys');
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
let seed: Seed;

beforeAll(async () => {
  seed = await database.seed();
  writeFileSync(keyFile, `a:${newKey()}\n`, { mode: 0o600 });
});

function variables(name: string): Record<string, string> {
  return {
    ...databaseVariables(database.settings('app_user')),
    NETUP_OPERATOR: name,
    NETUP_ORGANIZATION: 'acme',
    NETUP_KEY_FILE: keyFile,
    NETUP_STATE_DIR: path.join(cli.folder, 'state'),
  };
}

/** Runs a command within this process, which is far quicker than the program: there are many runs. */
async function as(name: string, argv: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await dispatch(argv, { env: { ...variables(name), ...env }, stdin: process.stdin, stdout, stderr });
  return { code, stdout: await text(stdout.end()), stderr: await text(stderr.end()) };
}

const webhooks = (...argv: readonly string[]): Promise<CliResult> => as('ada', ['webhooks', ...argv]);

/** The findings of doctor on webhooks. */
async function doctor(): Promise<string> {
  const { stdout } = await as('ada', ['doctor']);
  return stdout
    .split('\n')
    .filter((line) => / webhooks /u.test(line))
    .join('\n');
}

describe('webhooks', () => {
  test('are added with a secret that is shown once, listed without it, switched, and removed', async () => {
    expect((await webhooks('list')).stdout).toBe('acme has no webhooks.\n');
    expect(await doctor()).toBe('');
    const url = 'https://hooks.example/services/T0/secret?token=1';
    const added = await webhooks('add', 'chat', '--url', url, '--events', 'upgrade.held,plan.stopped');
    expect(added).toMatchObject({ code: 0, stderr: '' });
    expect(added.stdout).toMatch(/^chat \(acme\) is told of upgrade\.held, plan\.stopped\.\nKeep .*\nwhsec_\S{44}\n$/u);
    const secret = added.stdout.trim().split('\n').at(-1) ?? '';
    expect((await webhooks('list')).stdout).toMatch(
      /^NAME +STATE +URL +EVENTS\nchat +on +https:\/\/hooks\.example\/services\/T0\/secret\?token=1 +upgrade\.held plan\.stopped\n$/u,
    );
    const seen = await as('cy', ['webhooks', 'list', '--json']);
    expect(JSON.parse(seen.stdout)).toMatchObject([{ name: 'chat', url: 'https://hooks.example', active: true }]);
    expect((await webhooks('add', 'chat', '--url', url)).stderr).toContain('There is a webhook "chat" already');
    expect((await webhooks('off', 'chat')).stdout).toBe('chat (acme) is off.\n');
    expect(await doctor()).toContain('acme: chat is off: switched off by ada.');
    expect((await webhooks('on', 'chat')).stdout).toBe('chat (acme) is on.\n');
    expect((await webhooks('on', 'chat')).stdout).toBe('chat (acme) was on already.\n');
    expect(await doctor()).toContain('1 webhook is told everything');
    expect((await webhooks('remove', 'chat')).stdout).toBe('chat (acme) is removed.\n');
    const trail = await database.admin<{ action: string; row: string }[]>`
      SELECT action, to_jsonb(e)::text AS row FROM audit_events AS e WHERE action LIKE 'webhook.%' ORDER BY seq`;
    expect(trail.map(({ action }) => action)).toEqual(['webhook.add', 'webhook.off', 'webhook.on', 'webhook.remove']);
    for (const { row } of trail) expect([row.includes(secret), row.includes('/services')]).toEqual([false, false]);
  });

  test.for([
    [['add', 'x', '--url', 'http://x.example'], 'say --allow-http'],
    [['deliveries', '--limit', '0'], '--limit is a whole number'],
    [['retry', '1; DROP'], 'There is no delivery "1; DROP"'],
    [['test', 'none'], 'There is no webhook "none"'],
  ] as const)('%s is one sentence', async ([argv, sentence]) => {
    const { code, stdout, stderr } = await webhooks(...argv);
    expect(stderr).toContain(sentence);
    expect({ failed: code !== 0, stdout, lines: stderr.trim().split('\n').length }).toEqual({
      failed: true,
      stdout: '',
      lines: 1,
    });
  });

  test('are for admins, where changes are allowed', async () => {
    const add = ['webhooks', 'add', 'x', '--url', 'https://x.example'];
    expect((await as('ana', add)).stderr).toBe('ana is approver in acme; to add a webhook takes the role admin.\n');
    expect((await as('ada', add, { NETUP_READ_ONLY: '1' })).stderr).toContain('NETUP_READ_ONLY is set');
    expect((await as('ana', ['webhooks', 'test', 'x'])).stderr).toContain('takes the role admin');
  });

  test('are sent by a worker, tested by hand, and what fails is listed and sent again', async () => {
    const receiver = await startWebhookReceiver();
    const add = ['webhooks', 'add', 'pager', '--url', receiver.url, '--allow-http', '--own-secret'];
    expect((await cli.run(add, variables('ada'), 'whsec_c2hvcnQ=')).stderr).toContain('The secret has 5 bytes');
    expect((await cli.run(add, variables('ada'), `${SECRET}\n`)).stdout).toBe('pager (acme) is told of all events.\n');
    const { host } = new URL(receiver.url);
    expect((await webhooks('test', 'pager')).stdout).toBe(`${host} took the ping: it answered 204.\n`);
    receiver.answer = (response) => void response.writeHead(503, { 'retry-after': '900' }).end('later\u001b[31m');
    const refused = await webhooks('test', 'pager');
    expect(refused).toMatchObject({ code: 1, stderr: `${host} did not take the ping: it answered 503: later.\n` });

    const auditKey = path.join(cli.folder, 'audit-key');
    await cli.run(['audit', 'key', 'create'], { NETUP_AUDIT_KEY_FILE: auditKey });
    const worker = cli.start(['worker'], {
      ...databaseVariables(database.settings('netup_worker')),
      NETUP_KEY_FILE: keyFile,
      NETUP_AUDIT_KEY_FILE: auditKey,
      NETUP_AUDIT_CHECKPOINTS: path.join(cli.folder, 'checkpoints'),
    });
    await worker.firstLine;
    const [id = ''] = await queueUpgrades(database.admin, seed, [{ site: 'ams' }]);
    await vi.waitFor(() => expect(receiver.events()).toContain('upgrade.requested'), { timeout: 20_000 });
    const failed = async (): Promise<string> => (await webhooks('deliveries', '--failed')).stdout;
    await vi.waitFor(async () => expect(await failed()).toContain('it answered 503: later'), { timeout: 20_000 });
    expect(await failed()).toMatch(
      new RegExp(`pager +upgrade\\.requested +upgrade ${id} +again at \\S+Z after 1`, 'u'),
    );
    expect((await webhooks('list')).stdout).toMatch(/pager +fails since /u);
    await database.admin`UPDATE webhooks SET failing_since = now() - interval '1 hour'`;
    expect(await doctor()).toMatch(/acme: pager takes nothing since \S+: it answered 503: later\./u);

    receiver.answer = (response) => void response.writeHead(200).end();
    const rows = await database.admin<{ id: string }[]>`
      SELECT id::text FROM webhook_deliveries WHERE event = 'upgrade.requested' AND last_status = 503`;
    const asked = await webhooks('retry', ...rows.map((row) => row.id));
    expect(asked.stdout).toBe(rows.map((row) => `Delivery ${row.id} is sent again.\n`).join(''));
    const listed = async (): Promise<string> => (await webhooks('deliveries')).stdout;
    await vi.waitFor(async () => expect(await listed()).toMatch(/upgrade\.requested .* delivered$/mu), {
      timeout: 20_000,
    });
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);

    writeFileSync(keyFile, `b:${newKey()}\n${readFileSync(keyFile, 'utf8')}`);
    expect((await as('ada', ['doctor'])).stdout).toContain('acme: 1 webhook has the key "a", which is no longer');
    const rotated = await as('ada', ['credentials', 'rotate-key', '--organization', 'acme']);
    expect(rotated.stdout).toContain('acme: the secret of 1 webhook got the key b.\n');
    expect((await webhooks('test', 'pager')).stdout).toContain('took the ping');
    expect(receiver.events().at(-1)).toBe('ping');
    expect(await Promise.all(receiver.received.map((message) => isSignedWith(SECRET, message)))).not.toContain(false);
  }, 90_000);
});
