import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../source/cli/commands.ts';
import { dispatch } from '../source/cli/dispatch.ts';
import { databaseVariables } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';

const database = useDatabase();
const folder = mkdtempSync(path.join(tmpdir(), 'netup-read-only-'));
const file = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WHY = ['--reason', 'a test'];

/** Each command that changes something, with operands and flags that it would go on with. */
const WRITES: Readonly<Record<string, readonly string[]>> = {
  'router check': ['ams-core-01', '--accept-new-host-key'],
  'router set': ['ams-core-01', '--status', 'maintenance', ...WHY],
  'router retire': ['ams-core-01', ...WHY],
  'upgrades request': ['ams-core-01'],
  'agent mode set': ['advise'],
  'upgrades approve': ['1'],
  'upgrades reject': ['1', ...WHY],
  'upgrades cancel': ['1'],
  'upgrades pause': ['1'],
  'upgrades resume': ['1'],
  'upgrades rollback': ['1', ...WHY],
  'upgrades retry': ['1'],
  'upgrades break-glass': ['1', ...WHY],
  'approval-rules set': ['--approvers', '2'],
  'upgrades plan resume': ['1'],
  'upgrades plan stop': ['1'],
  'limits set': ['--per-site', '2'],
  'blackouts add': ['--from', '2030-01-01T00:00Z', '--to', '2030-01-02T00:00Z', ...WHY],
  'blackouts remove': ['1'],
  'policy add': ['a', '--priority', '7'],
  'policy set': ['1', '--priority', '7'],
  'policy off': ['1'],
  'policy on': ['1'],
  'credentials add': ['a', '--type', 'ssh_password', '--username', 'netops'],
  'credentials remove': ['a'],
  'credentials rotate-key': [],
  'operators add': ['dee', '--organization', 'acme'],
  'operators set-role': ['ben', 'viewer'],
  'operators disable': ['ben'],
  'operators enable': ['ben'],
  'operators keys add': ['ben', '--principal', 'ben@noc'],
  'operators keys remove': ['ben', 'ben@noc'],
  'sessions end': ['1'],
  'webhooks add': ['a', '--url', 'https://hooks.example.net/a'],
  'webhooks remove': ['a'],
  'webhooks on': ['a'],
  'webhooks off': ['a'],
  'webhooks retry': ['1'],
  'fleet load': [file('fleet.json')],
  'site set': ['ams', '--transfer', 'push'],
  'image add': [file('image.bin'), '--vendor', 'Cisco', '--version', '17.12.04', '--model', 'ASR1002-HX'],
  'image golden': ['image.bin'],
  'audit key create': [],
  'audit retain': ['--keep', '24'],
  collect: ['--once'],
  'collect quarantine': ['--clear'],
  worker: ['--once'],
  'mcp tokens add': ['a'],
  'mcp tokens revoke': ['a'],
  migrate: [],
  'migrate influx': ['--yes'],
  'setup influx': ['--yes'],
};

/** Those that look only; the console and `decide` have tests of their own, and the demo has a database of its own. */
const LOOKS: readonly string[] = [
  '',
  'router',
  'upgrade',
  'upgrades list',
  'upgrades show',
  'upgrades report',
  'upgrades config',
  'upgrades output',
  'agent mode show',
  'decide',
  'approval-rules show',
  'upgrades plan',
  'limits show',
  'blackouts list',
  'policy list',
  'credentials list',
  'operators list',
  'operators keys list',
  'operators keys authorized',
  'operators principals authorized',
  'sessions list',
  'webhooks list',
  'webhooks test',
  'webhooks deliveries',
  'fleet generate',
  'site list',
  'image list',
  'image verify',
  'audit verify',
  'audit export',
  'telegraf config',
  'serve',
  'mcp postgres',
  'mcp influx',
  'mcp tokens list',
  'completion',
  'demo',
  'doctor',
  'doctor telemetry',
  'doctor ssh',
];

async function run(argv: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const { user, password } = database.adminSettings();
  const env = {
    ...databaseVariables(database.settings('app_user')),
    PG_ADMIN_USER: user,
    PG_ADMIN_PASSWORD: password,
    NETUP_OPERATOR: 'ada',
    NETUP_ORGANIZATION: 'acme',
    NETUP_STATE_DIR: file('state'),
    NETUP_KEY_A: Buffer.alloc(32, 7).toString('base64'),
    HOME: folder,
    NETUP_READ_ONLY: 'yes',
    ...more,
  };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await dispatch(argv, { env, stdin: process.stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

/** Of every table, what is in it. */
async function contents(): Promise<readonly string[]> {
  const tables = await database.admin<{ name: string }[]>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`;
  return Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await database.admin.unsafe<{ sum: string | null }[]>(
        `SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) AS sum FROM ${name} AS t`,
      );
      return `${name} ${row?.sum ?? 'empty'}`;
    }),
  );
}

describe('with NETUP_READ_ONLY', () => {
  let before: readonly string[] = [];
  beforeAll(async () => {
    await database.seed();
    writeFileSync(file('fleet.json'), '{"routers": [{"hostname": "new-r1", "organization": "acme"}]}');
    writeFileSync(file('image.bin'), 'an image');
    before = await contents();
  });

  test('every command is known to write or to look only', () => {
    const known = [...Object.keys(WRITES), ...LOOKS];
    expect(known.toSorted()).toEqual(COMMANDS.map(({ words }) => words.join(' ')).toSorted());
  });

  test.each(Object.entries(WRITES))('%s refuses', async (words, operands) => {
    const influx = { INFLUX_URL: 'http://127.0.0.1:9', INFLUX_ADMIN_TOKEN: 'a-token' };
    const { code, stdout, stderr } = await run(
      [...words.split(' '), ...operands],
      words.endsWith('influx') ? influx : {},
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^NETUP_READ_ONLY is set, so nothing can be (?:changed|removed); unset it .*\.\n$/u,
      ),
    });
  });

  test.each([['limits', 'set', '--overall', '7']])('so does %s %s %s', async (...argv) => {
    expect((await run(argv)).stderr).toMatch(/^NETUP_READ_ONLY is set/u);
  });

  test('what only says what it would do still runs', async () => {
    expect(await run(['migrate', '--dry-run'])).toMatchObject({ code: 0, stdout: 'The tables are up to date.\n' });
    const load = await run(['fleet', 'load', file('fleet.json'), '--dry-run']);
    expect(load.stderr).not.toContain('NETUP_READ_ONLY');
  });

  test('nothing was written by any of these', async () => {
    expect(await contents()).toEqual(before);
    expect(before.filter((line) => !line.endsWith(' empty')).length).toBeGreaterThan(10);
    expect(existsSync(file('state/audit-key'))).toBe(false);
  });
});
