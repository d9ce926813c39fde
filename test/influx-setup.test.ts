import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AuthorizationsAPI, BucketsAPI } from '@influxdata/influxdb-client-apis';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../source/config/package-root.ts';
import { type InfluxAdmin, openInfluxAdmin } from '../source/telemetry/setup/influx-admin.ts';
import { readSchema } from '../source/telemetry/setup/read-schema.ts';
import { readState } from '../source/telemetry/setup/read-state.ts';
import { planSetup } from '../source/telemetry/setup/plan.ts';
import { useCli } from './support/cli.ts';
import { makeDrift } from './support/influx-drift.ts';
import { type InfluxServer, startEmptyInflux } from './support/influx-server.ts';
import { PtyProgram } from './support/pty.ts';
import { startWatchedProxy } from './support/watched-proxy.ts';

// One server, from empty on: each test goes on where the one before it ended.

const cli = useCli();
const schema = await readSchema(path.join(packageRoot, 'influx'));
const login = { user: 'netup', password: 'a-password-for-tests' };
const file = path.join(cli.folder, 'tokens');
/** Becomes the operator's token of the empty server. */
const adminToken = 'an-admin-token-for-tests';
const DAY = 86_400;

let server: InfluxServer | null = null;
let reason = 'no InfluxDB has been started yet';
let admin: InfluxAdmin;

beforeAll(async () => {
  const started = await startEmptyInflux();
  if (typeof started === 'string') reason = started;
  else server = started;
});
afterAll(() => server?.stop());

beforeEach((context) => {
  if (server === null) context.skip(reason);
});

function variables(url = server?.url ?? ''): Record<string, string> {
  return { INFLUX_URL: url, INFLUX_USER: login.user, INFLUX_PASSWORD: login.password };
}

function setup(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return cli.run(['setup', 'influx', ...flags], { ...variables(), ...env });
}

/** What is missing or different on the server. */
async function remaining(): Promise<readonly string[]> {
  return planSetup(schema, await readState(admin)).steps.map(({ kind }) => kind);
}

function tokenOf(name: string): string {
  return new RegExp(`^${name}=(.+)$`, 'mu').exec(readFileSync(file, 'utf8'))?.[1] ?? '';
}

/** Status of a request to the server with a token. */
async function statusOf(token: string, target: string, body: string): Promise<number> {
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/vnd.flux' };
  const response = await fetch(`${server?.url}/api/v2/${target}`, { method: 'POST', headers, body });
  await response.text();
  return response.status;
}

function write(token: string, bucket: string, at = Date.now()): Promise<number> {
  const line = `cpu,router_id=R1,organization=o,vendor=v,site=s usage_percent=1 ${at}`;
  return statusOf(token, `write?org=network-operations&bucket=${bucket}&precision=ms`, line);
}

function read(token: string, bucket: string): Promise<number> {
  return statusOf(token, 'query?org=network-operations', `from(bucket: "${bucket}") |> range(start: -1h)`);
}

/** Runs it on a terminal, and gives one answer after the other. Resolves with the screen. */
async function onTerminal(answers: readonly string[]): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: cli.folder, ...variables() };
  const program = new PtyProgram(['setup', 'influx'], { columns: 110, rows: 30, env });
  const questions = ['Make these changes? [y/N]', 'Let go of them? [y/N]'];
  for (const [index, answer] of answers.entries()) {
    await program.waitFor(questions[index] ?? '');
    program.type(answer === '\u0003' ? answer : `${answer}\r`);
  }
  expect(await program.ended).toBe(1);
  await program.waitFor('Nothing was changed.');
  return program.screen().join('\n');
}

describe('an empty server', () => {
  test('gets a plan, and nothing more without a yes', async () => {
    const dry = await setup(['--dry-run']);
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toContain('+ first user netup, organization network-operations');
    expect(dry.stdout).toContain('+ bucket telemetry_aggregated, kept for 90 days');
    const asked = await setup([]);
    expect(asked).toMatchObject({ code: 1, stdout: dry.stdout });
    expect(asked.stderr).toBe(
      'Nothing was changed: there is no terminal to ask on. Give --yes to make these changes.\n',
    );
    const nobody = await setup(['--yes'], { INFLUX_USER: '', INFLUX_ADMIN_TOKEN: 'a-token' });
    expect(nobody.stderr).toMatch(/^InfluxDB at \S+ is empty: set INFLUX_USER and INFLUX_PASSWORD .*\n$/u);
    const readOnly = await setup(['--yes'], { NETUP_READ_ONLY: 'yes' });
    expect(readOnly).toMatchObject({ code: 1, stderr: expect.stringMatching(/^NETUP_READ_ONLY is set/u) });
    expect((await setup(['--dry-run'])).stdout).toBe(dry.stdout);
  });

  test('killed or cut off at any place and run again, it is made whole, with one of each', async () => {
    for (const [line, count, how] of [
      ['POST /api/v2/setup', 1, 'SIGKILL'],
      ['POST /api/v2/tasks', 4, 'SIGKILL'],
      ['POST /api/v2/authorizations', 2, 'cut'],
      ['POST /api/v2/authorizations', 1, 'SIGKILL'],
    ] as const) {
      let seen = 0;
      const stop: { now?: () => void } = {};
      const proxy = await startWatchedProxy(server?.url ?? '', (request) => {
        if (request === line) seen += 1;
        if (request !== line || seen !== count) return;
        if (how === 'cut') throw new Error('cut off');
        stop.now?.();
      });
      const env = { ...variables(proxy.url), INFLUX_ADMIN_TOKEN: adminToken };
      const { child, ended } = cli.start(['setup', 'influx', '--yes', '--tokens-file', file], env);
      stop.now = () => child.kill('SIGKILL');
      expect(await ended).toBe(how === 'cut' ? 1 : 'SIGKILL');
      expect(readdirSync(cli.folder).filter((name) => name.includes('tokens'))).toEqual([]);
      await proxy.stop();
    }
    const last = await setup(['--yes', '--tokens-file', file]);
    expect(last).toMatchObject({ code: 0 });
    expect(last.stdout).toContain(`Done. The tokens are in ${file}.`);
    admin = await openInfluxAdmin({
      url: server?.url ?? '',
      org: 'network-operations',
      bucket: '',
      token: null,
      login,
      readOnly: false,
    });
    const state = await readState(admin);
    expect(planSetup(schema, state)).toEqual({
      steps: [],
      left: { buckets: [], tasks: [], tokens: ["netup's Token"] },
    });
    expect([state.buckets.length, state.tasks.length, state.tokens.length]).toEqual([3, 11, 3]);
  });

  test('the tokens are in the file alone, which only its owner reads and nothing overwrites', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const state = await readState(admin);
    for (const name of ['mcp_influx_server', 'grafana_readonly']) {
      expect(state.tokens.find((token) => token.name === name)?.value).toBe(tokenOf(name));
    }
    const again = await setup(['--yes', '--tokens-file', file]);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('nothing to do');
    expect(await readState(admin)).toEqual(state);
  });
});

test('a token does what it is for, and nothing else', async () => {
  const [mcp, grafana] = [tokenOf('mcp_influx_server'), tokenOf('grafana_readonly')];
  expect([await write(mcp, 'telemetry'), await read(mcp, 'telemetry')]).toEqual([204, 200]);
  for (const bucket of ['telemetry_aggregated', 'telemetry_historical']) {
    expect(await write(mcp, bucket)).toBeOneOf([401, 403, 404]);
    expect(await read(mcp, bucket)).toBeOneOf([401, 403, 404]);
  }
  for (const { name } of schema.buckets) {
    expect(await read(grafana, name)).toBe(200);
    expect(await write(grafana, name)).toBeOneOf([401, 403, 404]);
  }
});

describe('drift', () => {
  test('is told, repaired and gone; what others made stays', async () => {
    await makeDrift(admin);
    const { stdout } = await setup(['--dry-run']);
    expect(stdout.split('\n').slice(1)).toEqual([
      '  ~ bucket telemetry_aggregated: kept for 90 days, not 30 days',
      '  + bucket telemetry_historical, kept for 730 days',
      '  ~ task cpu_hourly: text or schedule as in influx/schema.yml and influx/tasks/cpu_hourly.flux',
      '  ~ task memory_daily: switched on as in influx/schema.yml and influx/tasks/memory_daily.flux',
      '  + task system_monthly',
      '  + token grafana_readonly: read buckets/*',
      expect.stringMatching(
        /^ {2}- token grafana_readonly \(\w+\), whose rights are others: read buckets\/\*, write buckets\/\*$/u,
      ),
      '  left as they are, buckets: theirs',
      '  left as they are, tasks: theirs',
      "  left as they are, tokens: netup's Token, theirs",
      '',
    ]);
    expect(await setup(['--yes', '--tokens-file', file])).toMatchObject({
      code: 1,
      stderr: `${file} is there already and is not overwritten; name another file by --tokens-file, or move it away.\n`,
    });
    expect(await remaining()).toHaveLength(7);
    const before = tokenOf('mcp_influx_server');
    rmSync(file);
    expect(await setup(['--yes', '--tokens-file', file])).toMatchObject({ code: 0 });
    expect(await remaining()).toEqual([]);
    expect(tokenOf('mcp_influx_server')).toBe(before);
    expect(await read(tokenOf('grafana_readonly'), 'telemetry_historical')).toBe(200);
    expect(await write(tokenOf('grafana_readonly'), 'telemetry_historical')).toBeOneOf([401, 403, 404]);
    expect(planSetup(schema, await readState(admin)).left).toMatchObject({ buckets: ['theirs'], tasks: ['theirs'] });
  });

  test('points are lost only by --shorten-retention', async () => {
    const bucketID = (await readState(admin)).buckets.find(({ name }) => name === 'telemetry')?.id ?? '';
    const forever = { retentionRules: [{ type: 'expire' as const, everySeconds: 0 }] };
    await admin.attempt('keeping it for ever', (client) =>
      new BucketsAPI(client).patchBucketsID({ bucketID, body: forever }),
    );
    expect(await write(tokenOf('mcp_influx_server'), 'telemetry', Date.now() - 9 * DAY * 1000)).toBe(204);
    const { code, stdout, stderr } = await setup(['--yes']);
    expect(code).toBe(1);
    expect(stdout).toContain('! telemetry has points older than it shall keep, which will be lost');
    expect(stderr).toContain('Give --shorten-retention to let go of them');
    expect(await remaining()).toEqual(['set-retention']);
    for (const answers of [['n'], ['y', 'n'], ['y', '\u0003']]) {
      const asked = await onTerminal(answers);
      expect(asked).toContain('Nothing was changed.');
      expect(await remaining()).toEqual(['set-retention']);
    }
    expect(await setup(['--yes', '--shorten-retention'])).toMatchObject({ code: 0 });
    expect(await remaining()).toEqual([]);
  });
});

describe('failures are one sentence, without a secret', () => {
  test.each([
    [
      { INFLUX_PASSWORD: 'another-password' },
      /^InfluxDB at \S+ does not accept INFLUX_USER and INFLUX_PASSWORD \(.*\)\.\n$/u,
    ],
    [{ INFLUX_ADMIN_TOKEN: 'another-token' }, /^InfluxDB at \S+ does not accept INFLUX_ADMIN_TOKEN \(.*\)\.\n$/u],
    [{ INFLUX_ORG: 'elsewhere' }, /^InfluxDB at \S+ has no organization "elsewhere", or .*; check INFLUX_ORG\.\n$/u],
    [
      { INFLUX_URL: 'http://127.0.0.1:1' },
      /^InfluxDB at 127\.0\.0\.1:1 cannot be reached \(.*\): .*ECONNREFUSED.*; check .*\.\n$/u,
    ],
    [{ INFLUX_URL: '' }, /^INFLUX_URL is not set: .*\n$/u],
    [{ INFLUX_PASSWORD: '' }, /^Setting up InfluxDB needs an administrator: .*\n$/u],
  ])('%j', async (env, sentence) => {
    const { code, stdout, stderr } = await setup(['--yes'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(sentence);
    for (const secret of Object.values({ ...variables(), ...env }).filter((value) => /password|token/u.test(value))) {
      expect(stderr).not.toContain(secret);
    }
  });
});

test('a token without the rights is told so, and changes nothing', async () => {
  const bucketID = (await readState(admin)).buckets.find(({ name }) => name === 'telemetry_historical')?.id ?? '';
  const token = await admin.attempt('making a weak token', async (client) => {
    const permissions = (['orgs', 'buckets', 'tasks', 'authorizations'] as const).map((type) => ({
      action: 'read' as const,
      resource: type === 'orgs' ? { type, id: admin.orgId } : { type, orgID: admin.orgId },
    }));
    const made = await new AuthorizationsAPI(client).postAuthorizations({ body: { orgID: admin.orgId, permissions } });
    await new BucketsAPI(client).deleteBucketsID({ bucketID });
    return made.token ?? '';
  });
  const { code, stderr } = await setup(['--yes'], { INFLUX_ADMIN_TOKEN: token });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /does not let INFLUX_ADMIN_TOKEN do this \(making the bucket telemetry_historical\): .* It needs an operator or all-access token\.\n$/u,
  );
  expect(stderr).not.toContain(token);
});

test('without a file the tokens are shown once, as JSON if that is asked for', async () => {
  await admin.attempt('deleting a token', async (client) => {
    const authID = (await readState(admin)).tokens.find(({ name }) => name === 'grafana_readonly')?.id ?? '';
    await new AuthorizationsAPI(client).deleteAuthorizationsID({ authID });
  });
  writeFileSync(file, '');
  const { code, stdout } = await setup(['--yes', '--json']);
  expect(code).toBe(0);
  const value = (await readState(admin)).tokens.find(({ name }) => name === 'grafana_readonly')?.value;
  expect(JSON.parse(stdout)).toMatchObject({ applied: true, tokens: { grafana_readonly: value }, tokensFile: null });
  expect(JSON.parse((await setup(['--yes', '--json'])).stdout)).toMatchObject({ applied: false, plan: [], tokens: {} });
  expect(await remaining()).toEqual([]);
});
