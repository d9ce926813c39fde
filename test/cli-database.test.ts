import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startSimulatedDevices } from '../source/simulator/fleet.ts';
import { databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import { DEVICES } from './support/simulated.ts';

const cli = useCli();
const database = useDatabase();
const env = (): Record<string, string> => ({
  ...databaseVariables(database.settings('app_user')),
  NETUP_OPERATOR: 'ben',
});
const adminEnv = (): Record<string, string> => {
  const { user, password } = database.adminSettings();
  return { ...env(), PG_ADMIN_USER: user, PG_ADMIN_PASSWORD: password };
};

beforeAll(() => database.seed());

/** A second database on the same server, made for one test. */
async function emptyDatabase(): Promise<Record<string, string>> {
  const name = `${database.adminSettings().database}_empty`;
  await database.admin.unsafe(`CREATE DATABASE ${name}`);
  onTestFinished(async () => {
    await database.admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
  });
  return { ...adminEnv(), PG_DB: name };
}

describe('doctor', () => {
  test('finds nothing amiss with a database that is set up', async () => {
    const { code, stdout } = await cli.run(['doctor', '--json'], env());
    const { ok, findings } = JSON.parse(stdout);
    expect(findings.filter(({ state }: { state: string }) => state !== 'ok')).toEqual([]);
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(findings.map(({ check }: { check: string }) => check)).toEqual(
      expect.arrayContaining(['postgresql', 'login', 'tables', 'operator', 'telemetry']),
    );
  });

  test('refuses a superuser, which row-level security does not hold', async () => {
    const { code, stdout } = await cli.run(['doctor'], { ...env(), ...databaseVariables(database.adminSettings()) });
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL {2}login .*is a superuser, so one organization would see another's rows/u);
  });

  test('says what to do about a wrong password, a database without tables, and an operator nobody knows', async () => {
    const password = await cli.run(['doctor'], { ...env(), PG_PASSWORD: 'hunter22' });
    expect(password.stdout).toMatch(/FAIL {2}postgresql .*refused the login; check PG_USER and PG_PASSWORD/u);
    expect(password.stdout).not.toContain('hunter22');
    const tables = await cli.run(['doctor'], await emptyDatabase());
    expect(tables.stdout).toMatch(/FAIL {2}tables .*no tables there yet\.\n.*netup-tui migrate/u);
    const operator = await cli.run(['doctor'], { ...env(), NETUP_OPERATOR: 'zoe' });
    expect(operator.stdout).toMatch(/warn {2}operator .*"zoe" is no active operator/u);
    expect(operator.code).toBe(0);
  });
});

test('migrate makes the tables once, and says beforehand what it would do', async () => {
  const empty = await emptyDatabase();
  const dry = await cli.run(['migrate', '--dry-run'], empty);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toMatch(/^would apply 001-roles$/mu);
  const first = await cli.run(['migrate'], empty);
  expect(first.stdout).toMatch(/applying 001-roles\n[^]*applied; the tables are up to date\.\n$/u);
  const again = await cli.run(['migrate', '--json'], empty);
  expect(JSON.parse(again.stdout)).toEqual({ applied: [], pending: [] });
});

describe('router set and retire', () => {
  test('change the inventory and leave an audit row with the reason', async () => {
    const target = { ...env(), NETUP_ORGANIZATION: 'acme' };
    const set = await cli.run(
      ['router', 'set', 'ams-core-01', '--target', '17.12.03', '--status', 'maintenance', '--reason', 'CHG1'],
      target,
    );
    expect(set).toEqual({ code: 0, stdout: 'ams-core-01 (acme) is set.\n', stderr: '' });
    const none = await cli.run(['router', 'set', 'ams-core-01', '--no-target', '--reason', 'CHG2'], target);
    expect(none.code).toBe(0);
    const retired = await cli.run(['router', 'retire', 'ams-core-01', '--reason', 'CHG3'], target);
    expect(retired.stdout).toBe('ams-core-01 (acme) is retired.\n');
    const [router] = await database.admin`
      SELECT target_ver, status FROM routers JOIN organizations o ON o.id = organization_id WHERE slug = 'acme' AND hostname = 'ams-core-01'`;
    expect(router).toEqual({ target_ver: null, status: 'retired' });
    const audit =
      await database.admin`SELECT action, actor_name, reason FROM audit_events WHERE router_id = 'ams-core-01' ORDER BY seq`;
    expect(audit.map((row) => [row['action'], row['actor_name'], row['reason']])).toEqual([
      ['router.set', 'ben', 'CHG1'],
      ['router.set', 'ben', 'CHG2'],
      ['router.retire', 'ben', 'CHG3'],
    ]);
  });

  test('refuse a viewer, read-only mode, an unknown router, and one that two organizations have', async () => {
    const argv = ['router', 'set', 'fra-leaf-01', '--no-target', '--reason', 'x'];
    const acme = { ...env(), NETUP_ORGANIZATION: 'acme' };
    expect((await cli.run(argv, { ...acme, NETUP_OPERATOR: 'cy' })).stderr).toBe(
      'cy is viewer in acme; to set a router takes the role operator.\n',
    );
    expect((await cli.run(argv, { ...acme, NETUP_READ_ONLY: 'yes' })).stderr).toMatch(/^NETUP_READ_ONLY is set/u);
    expect((await cli.run(['router', 'set', 'nowhere', '--no-target', '--reason', 'x'], acme)).stderr).toBe(
      'There is no router "nowhere" in acme.\n',
    );
    expect((await cli.run(argv, env())).stderr).toBe(
      '"fra-leaf-01" is in more than one organization; set NETUP_ORGANIZATION to one of: acme, globex.\n',
    );
    expect((await cli.run(argv, { ...env(), NETUP_ORGANIZATION: 'initech' })).stderr).toMatch(
      /^ben does not belong to "initech"/u,
    );
  });
});

test('a login that has no role, or more than one, is refused before anything else in one sentence', async () => {
  const name = `stranger_${process.pid}_${Date.now()}`;
  await database.admin.unsafe(`CREATE ROLE ${name} LOGIN PASSWORD 'test'`);
  onTestFinished(async () => {
    await database.admin.unsafe(`DROP ROLE ${name}`);
  });
  const argv = ['router', 'set', 'ams-core-01', '--no-target', '--reason', 'x'];
  const as = { ...env(), NETUP_ORGANIZATION: 'acme', PG_USER: name, PG_PASSWORD: 'test' };
  const refused = async (fault: string): Promise<void> => {
    expect(await cli.run(argv, as)).toEqual({
      code: 1,
      stdout: '',
      stderr: `The PostgreSQL login "${name}" ${fault}; set PG_USER to a login that is only a member of app_user (migrate and fleet load use PG_ADMIN_USER).\n`,
    });
  };
  await refused('is not a member of app_user, which is what the console needs');
  await database.admin.unsafe(`GRANT app_user, netup_owner TO ${name}`);
  await refused('is a member of "netup_owner", which owns the tables, so it could switch their guards off');
});

describe('router check', () => {
  /** Puts a simulated device where the inventory says that `fra-leaf-01` is. */
  async function simulateLeaf(changes: Partial<(typeof DEVICES)['eos']> = {}): Promise<Record<string, string>> {
    const fleet = await startSimulatedDevices([{ ...DEVICES.eos, hostname: 'fra-leaf-01', ...changes }]);
    onTestFinished(() => fleet.stop());
    const port = fleet.devices[0]?.port ?? 0;
    await database.admin`UPDATE routers SET mgmt_ip = '127.0.0.1', mgmt_port = ${port} WHERE hostname = 'fra-leaf-01'`;
    return { ...env(), NETUP_ORGANIZATION: 'acme', NETUP_SSH_USER: 'netops', NETUP_SSH_PASSWORD: 'correct horse' };
  }

  test('asks for trust in a new host key, keeps it, and compares the versions', async () => {
    const login = await simulateLeaf();
    const refused = await cli.run(['router', 'check', 'fra-leaf-01'], login);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^The host key SHA256:\S+ .* run this again with --accept-new-host-key\.\n$/u);
    const accepted = await cli.run(['router', 'check', 'fra-leaf-01', '--accept-new-host-key'], login);
    expect(accepted).toMatchObject({ code: 0, stderr: '' });
    expect(accepted.stdout).toMatch(/version {6}4\.31\.2F, as the inventory says/u);
    const [audit] =
      await database.admin`SELECT count(*)::int AS n FROM audit_events WHERE action = 'router.pin_host_key'`;
    expect(audit).toEqual({ n: 1 });
    const { NETUP_SSH_PASSWORD: password = '', ...rest } = login;
    const again = await cli.run(
      ['router', 'check', 'fra-leaf-01', '--json', '--password-stdin'],
      rest,
      `${password}\n`,
    );
    expect(JSON.parse(again.stdout)).toMatchObject({ matches: true, version: '4.31.2F', platform: 'eos' });
  });

  test('allows old algorithms on request, or for the models that are named, only', async () => {
    await database.admin`UPDATE routers SET ssh_host_key = NULL WHERE hostname = 'fra-leaf-01'`;
    const login = await simulateLeaf({ quirks: { legacyAlgorithmsOnly: true } });
    const command = ['router', 'check', 'fra-leaf-01', '--accept-new-host-key'];
    const refused = await cli.run(command, login);
    expect(refused.stderr).toContain('allow legacy algorithms');
    expect(await cli.run([...command, '--legacy-algorithms'], login)).toMatchObject({ code: 0, stderr: '' });
    const named = { ...login, NETUP_SSH_LEGACY_MODELS: 'MX204, 7280SR3-48YC8' };
    expect(await cli.run(['router', 'check', 'fra-leaf-01'], named)).toMatchObject({ code: 0, stderr: '' });
  });

  test('says so when the router runs something else, or shows another key', async () => {
    await database.admin`UPDATE routers SET ssh_host_key = NULL WHERE hostname = 'fra-leaf-01'`;
    const other = await cli.run(
      ['router', 'check', 'fra-leaf-01', '--accept-new-host-key'],
      await simulateLeaf({ version: '4.30.1F' }),
    );
    expect(other.code).toBe(1);
    expect(other.stdout).toMatch(/version {6}4\.30\.1F, the inventory says 4\.31\.2F/u);
    const key = await cli.run(['router', 'check', 'fra-leaf-01'], await simulateLeaf());
    expect(key.stderr).toMatch(/shows the host key SHA256:\S+ where SHA256:\S+ is expected, and no login was tried/u);
  });

  test('needs a login, and a platform', async () => {
    const login = await simulateLeaf();
    const { NETUP_SSH_USER: _user, ...rest } = login;
    expect((await cli.run(['router', 'check', 'fra-leaf-01'], rest)).stderr).toMatch(/^NETUP_SSH_USER is not set/u);
    expect((await cli.run(['router', 'check', 'fra-old-01'], login)).stderr).toMatch(
      /^The platform of fra-old-01 is not known/u,
    );
    const wrong = await cli.run(['router', 'check', 'fra-leaf-01'], { ...login, NETUP_SSH_PASSWORD: 'hunter22' });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).not.toContain('hunter22');
  });
});
