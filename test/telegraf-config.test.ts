import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { telegrafGnmiConfig } from '../source/collectors/telegraf/gnmi-config.ts';
import { GNMI_READINGS } from '../source/collectors/telegraf/gnmi-subscriptions.ts';
import { telegrafSnmpConfig } from '../source/collectors/telegraf/snmp-config.ts';
import { COMMON_TAGS, fieldsOf, type Measurement, MEASUREMENTS } from '../source/model/measurements/definitions.ts';
import type { Platform } from '../source/model/platform.ts';
import type { TargetRow } from '../source/postgres/poll-targets.ts';
import { startSimulatedDevices } from '../source/simulator/fleet.ts';
import { Agent } from '../source/simulator/snmp/agent.ts';
import { startAgents } from '../source/simulator/snmp/start-agents.ts';
import { machineSubject } from '../source/simulator/snmp/subject.ts';
import { databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import { DEVICES } from './support/simulated.ts';

const root = path.join(import.meta.dirname, '..');
const cli = useCli();
const database = useDatabase();
const ORGANIZATION = '00000000-0000-4000-8000-000000000001';
const OPTIONS = { organizationId: ORGANIZATION, version: '2c', everySeconds: 60 } as const;
const GNMI = { organizationId: ORGANIZATION, port: null, everySeconds: 60 } as const;
const telegraf = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .map((folder) => path.join(folder, 'telegraf'))
  .find((file) => existsSync(file));

function routerOf(routerId: string, platform: Platform | null, changes: Partial<TargetRow> = {}): TargetRow {
  const vendor =
    platform === 'ios-xe' ? 'Cisco' : platform === 'junos' ? 'Juniper' : platform === 'eos' ? 'Arista' : null;
  const place = { address: '192.0.2.1', snmpPort: 161, sshPort: 22, hostKey: null, share: 0, isOffline: false };
  return {
    organizationId: ORGANIZATION,
    routerId,
    hostname: routerId,
    site: 'ams',
    vendor,
    platform,
    model: null,
    ...place,
    ...changes,
  };
}

function influxFile(name: string): string {
  return readFileSync(path.join(root, 'influx', 'telegraf', name), 'utf8');
}

describe('what Telegraf is told', () => {
  it('is what the examples in influx/telegraf have', () => {
    const routers = [
      routerOf('ams-core-01', 'ios-xe', { address: '192.0.2.1' }),
      routerOf('ams-edge-01', 'junos', { address: '192.0.2.2' }),
      routerOf('fra-leaf-01', 'eos', { address: '192.0.2.3', site: 'fra' }),
      routerOf('lab-linux-01', null, { address: '2001:db8::4', site: null, snmpPort: 1161 }),
    ];
    expect(telegrafSnmpConfig(routers, OPTIONS)).toBe(influxFile('example-snmp.conf'));
    expect(telegrafGnmiConfig(routers, GNMI)).toBe(influxFile('example-gnmi.conf'));
  });

  it.each(['snmp', 'gnmi'])('writes measurements, fields and tags that the definitions have, by %s', (kind) => {
    const script = influxFile('common.star') + influxFile(`${kind}-points.star`);
    const names = [...script.matchAll(/point\("(?<name>\w+)"/gu)].map(({ groups }) => groups?.['name'] ?? '');
    expect(new Set(names)).toEqual(new Set(['cpu', 'memory', 'system', 'interfaces']));
    const written = [...script.matchAll(/"(?<field>[a-z0-9]+_[a-z0-9_]+)": |made\.fields\["(?<set>[a-z0-9_]+)"\]/gu)]
      .map(({ groups }) => groups?.['field'] ?? groups?.['set'] ?? '')
      .filter((field) => !field.startsWith('gnmi_netup_'));
    const known = names.flatMap((name) =>
      Object.entries<Measurement>(MEASUREMENTS).flatMap(([each, measurement]) =>
        each === name ? fieldsOf(measurement).map((field) => field.name) : [],
      ),
    );
    expect(new Set(written).size).toBe(10);
    expect(written.filter((field) => !known.includes(field))).toEqual([]);
    const tags = [...script.matchAll(/\("(?<tag>\w+)", (?:\w+)\)[,\]]/gu)].map(({ groups }) => groups?.['tag'] ?? '');
    expect(tags.filter((tag) => Object.keys(COMMON_TAGS).includes(tag))).toEqual(Object.keys(COMMON_TAGS));
  });

  it('reads by gNMI what it subscribes to, and checks certificates', () => {
    const script = influxFile('gnmi-points.star');
    for (const { subscriptions } of Object.values(GNMI_READINGS)) {
      const names = subscriptions.map(({ name }) => name);
      expect(names.filter((name) => !script.includes(`"${name}": (`))).toEqual([]);
      expect(new Set(names).size).toBeGreaterThanOrEqual(3);
    }
    const text = telegrafGnmiConfig([routerOf('a', 'eos', { address: '2001:db8::4' }), routerOf('b', 'junos')], {
      ...GNMI,
      port: 50_051,
      everySeconds: 8,
    });
    expect(text.match(/^ {4}".*:\d+"/gmu)).toEqual(['    "192.0.2.1:50051"', '    "[2001:db8::4]:50051"']);
    expect(text).toContain('"2001:db8::4 50051": ("a", "Arista", "ams"),');
    expect(text.match(/tls_enable = true\n {2}tls_ca = "\$\{GNMI_CA\}"/gu)).toHaveLength(2);
    expect(text).not.toMatch(/insecure|skip_verify/u);
    expect(text).toContain('period = "2000ms"');
    expect(text).toContain('QUIET = 2000000000');
  });

  it('has no way for a name out of its quotes', () => {
    const text = telegrafSnmpConfig([routerOf("x'''\n[[outputs.file]]", null, { site: '"\\' })], OPTIONS);
    expect(text.match(/'''/gu)).toHaveLength(2);
    expect(text).not.toMatch(/^\[\[outputs\.file\]\]/mu);
    const gnmi = telegrafGnmiConfig([routerOf("x'''\n[[outputs.file]]", 'eos', { site: '"\\' })], GNMI);
    expect(gnmi.match(/'''/gu)).toHaveLength(4);
    expect(gnmi).not.toMatch(/^\[\[outputs\.file\]\]/mu);
  });
});

describe('telegraf config', () => {
  const env = (): Record<string, string> => ({
    ...databaseVariables(database.settings('app_user')),
    NETUP_OPERATOR: 'cy',
    NETUP_ORGANIZATION: 'acme',
  });
  beforeAll(async () => {
    await database.seed();
  });

  it('has the routers of the inventory, or of a site, and no secret', async () => {
    const { code, stdout } = await cli.run(['telegraf', 'config', '--site', 'fra', '--snmp-version', '3'], env());
    expect(code).toBe(0);
    expect(stdout.match(/"udp:[^"]*"/gu)).toEqual(['"udp://10.0.0.4:161"', '"udp://10.0.0.5:161"']);
    expect(stdout).toContain('auth_password = "${SNMP_AUTH_PASSWORD}"');
    const file = path.join(cli.folder, 'netup.conf');
    expect(await cli.run(['telegraf', 'config', '--out', file], env())).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toContain('"10.0.0.6 161": ("fra-old-01", "unknown", "unknown"),');
    const again = await cli.run(['telegraf', 'config', '--out', file], env());
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
  });

  it('leaves out of gNMI the routers whose platform is not known, and says how many', async () => {
    const { code, stdout, stderr } = await cli.run(['telegraf', 'config', '--kind', 'gnmi'], env());
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^1 of \d+ routers are left out: what to ask by gNMI is known of IOS XE, Junos and EOS only\.$/mu,
    );
    expect(stdout).toContain('"10.0.0.1:9339"');
    expect(stdout).not.toContain('fra-old-01');
    const file = path.join(cli.folder, 'gnmi.conf');
    const argv = ['telegraf', 'config', '--kind', 'gnmi', '--gnmi-port', '57400', '--out', file];
    expect(await cli.run(argv, env())).toMatchObject({ code: 0, stdout: expect.stringContaining('by gNMI') });
    expect(readFileSync(file, 'utf8')).toContain('"10.0.0.1 57400": ("ams-core-01"');
  });

  it.each([
    [['--kind', 'gnmi', '--gnmi-port', '70000'], '--gnmi-port must be a whole number from 1 to 65535'],
    [['--gnmi-port', '9339'], '--gnmi-port is for --kind gnmi only'],
    [['--kind', 'gnmi', '--snmp-version', '2c'], '--snmp-version is for --kind snmp only'],
    [['--site', 'nowhere'], 'There is no router in service in acme at the site "nowhere"'],
    [['--every', '0'], '--every must be a whole number from 1 to 3600'],
  ])('%j is refused in a sentence', async (argv, sentence) => {
    const { code, stdout, stderr } = await cli.run(['telegraf', 'config', ...argv], env());
    expect({ refused: code !== 0, stdout }).toEqual({ refused: true, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('refuses two routers that could not be told apart', async () => {
    await database.admin`UPDATE routers SET mgmt_ip = '10.0.0.1' WHERE id = 'ams-edge-01'`;
    const { code, stderr } = await cli.run(['telegraf', 'config'], env());
    expect(code).toBe(1);
    expect(stderr).toContain('ams-core-01 and ams-edge-01 are both at 10.0.0.1, port 161');
  });
});

describe('Telegraf itself', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'netup-telegraf-'));
  const ends: (() => void | Promise<void>)[] = [() => rmSync(folder, { recursive: true, force: true })];
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });

  it.for(['snmp', 'gnmi'])('finds nothing wrong with the example for %s', (kind, context) => {
    if (telegraf === undefined) return context.skip('telegraf is not on PATH');
    const file = path.join(root, 'influx', 'telegraf', `example-${kind}.conf`);
    const names = ['SNMP_COMMUNITY', 'GNMI_USER', 'GNMI_PASSWORD'].concat(
      ['URL', 'TOKEN', 'ORG', 'BUCKET'].map((name) => `INFLUX_${name}`),
    );
    const authority = path.join(folder, 'ca.pem');
    writeFileSync(authority, rootCertificates[0] ?? '');
    const env = { ...Object.fromEntries(names.map((name) => [name, 'x'])), GNMI_CA: authority };
    const { status, stderr } = spawnSync(telegraf, ['config', 'check', '--config', file], { env, encoding: 'utf8' });
    expect({ status, faults: stderr.match(/ E! .*/gu) }).toEqual({ status: 0, faults: null });
  });

  it('reads simulated routers of each platform, and writes points of ours', async (context) => {
    if (telegraf === undefined) return context.skip('telegraf is not on PATH');
    const platforms = ['ios-xe', 'junos', 'eos'] as const;
    const fleet = await startSimulatedDevices(
      platforms.map((platform) => ({ ...DEVICES[platform], hostname: platform })),
    );
    ends.push(() => fleet.stop());
    const agents = await startAgents(
      fleet.devices.map(({ machine }) => new Agent(machineSubject(machine), { community: 'seldom-guessed' })),
    );
    ends.push(() => agents.stop());
    const routers = platforms.map((platform, index) =>
      routerOf(platform, platform, { address: '127.0.0.1', snmpPort: agents.ports[index] ?? 0, site: "it's ''' here" }),
    );
    const config = telegrafSnmpConfig(routers, { ...OPTIONS, everySeconds: 1 })
      .replace(/\[\[outputs[\s\S]*$/u, '[[outputs.file]]\n  files = ["stdout"]\n  data_format = "influx"\n')
      .replace('[agent]\n', '[agent]\n  flush_interval = "1s"\n');
    const file = path.join(folder, 'telegraf.conf');
    writeFileSync(file, config);
    const child = spawn(telegraf, ['--config', file], { env: { SNMP_COMMUNITY: 'seldom-guessed' } });
    ends.push(() => void child.kill('SIGKILL'));
    let [written, said] = ['', ''];
    child.stdout.on('data', (chunk) => (written += String(chunk)));
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    await vi.waitFor(
      () => {
        for (const platform of platforms) {
          const rated = new RegExp(`^interfaces,.*router_id=${platform},.* .*in_bytes_rate=`, 'mu');
          expect(written === '' ? said : written).toMatch(rated);
        }
      },
      { timeout: 30_000, interval: 200 },
    );
    const lines = written.slice(0, written.lastIndexOf('\n')).split('\n');
    for (const platform of platforms) {
      const names = lines.filter((line) => line.includes(`router_id=${platform},`)).map((line) => line.split(',')[0]);
      expect(new Set(names)).toEqual(new Set(['cpu', 'memory', 'system', 'interfaces']));
    }
    expect(lines.flatMap((line) => faultsOf(line))).toEqual([]);
  }, 60_000);
});

/** What of a line is not as the definitions say: names of tags and fields, and the fields' types. */
function faultsOf(line: string): readonly string[] {
  const [, name = '', tagText = '', fieldText = ''] = /^(\w+),((?:\\.|[^ \\])*) (\S+) \d+$/u.exec(line) ?? [];
  const found = Object.entries<Measurement>(MEASUREMENTS).find(([known]) => known === name)?.[1];
  if (found === undefined) return [`no point: ${line}`];
  const tags = [...tagText.matchAll(/(?:^|,)(?<tag>\w+)=/gu)].map(({ groups }) => groups?.['tag'] ?? '');
  const wanted = [...Object.keys(COMMON_TAGS), ...(found.tag === null ? [] : [found.tag.name])];
  const fields = new Map(
    fieldText.split(',').map((field) => [field.split('=')[0] ?? '', field.endsWith('i') ? 'integer' : 'float']),
  );
  const known = fieldsOf(found);
  return [
    ...(tags.toSorted().join() === wanted.toSorted().join() ? [] : [`tags: ${line}`]),
    ...known.filter((each) => each.isRequired && !fields.has(each.name)).map((each) => `no ${each.name}: ${line}`),
    ...[...fields]
      .filter(([field, type]) => known.find((each) => each.name === field)?.field.type !== type)
      .map(([field]) => `${field}: ${line}`),
  ];
}
