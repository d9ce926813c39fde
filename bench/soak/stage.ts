import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { startCuttingProxy } from '../../test/support/cutting-proxy.ts';
import { Child } from '../upgrades/child.ts';
import { IMAGE_SERVER, LOGIN, runningSchema } from '../upgrades/devices.ts';
import { type ServerAddress, startWorld, type World } from '../upgrades/world.ts';
import { Influxd } from './influxd.ts';
import { Program, runProgram } from './program.ts';
import { mountSmallDisk } from './small-disk.ts';
import type { Stage } from './troubles.ts';
import { TypedConsole } from './typed-console.ts';

const COMMUNITY = 'only-for-the-soak';
/**
 * How many times as fast as ours the devices' time passes: an upgrade takes two minutes then. IOS-XE goes back by itself if it is not committed
 * in two hours, which are twelve minutes: on a busy machine no more may be asked of it.
 */
const TIME_SCALE = 10;
/** Health and interfaces of each router, so often: in production each minute, and each five minutes. */
const POLL_SECONDS = 15;
/** An hour: as if somebody had set the time zone wrong. */
const HOUR_STEPS = '3600000,-3600000,0';
/** Not a whole number of intervals, so that no reading of before has the very millisecond of one after. */
const SMALL_STEPS = '33337,-33337,0';

const deviceSchema = runningSchema.extend({ snmpPort: z.number() });
const statesSchema = z.array(z.object({ runs: z.string(), reloads: z.number(), doubleReloads: z.number() }));

export interface FullStage extends Stage {
  readonly world: World;
  readonly devices: readonly z.infer<typeof deviceSchema>[];
  readonly noDisk: string | null;
  readonly metricsUrl: string;
  /** What the processes said and logged. */
  readonly folder: string;
  silenceAgents(): Promise<void>;
  deviceStates(): Promise<z.infer<typeof statesSchema>>;
  /** Runs a command as `ana`, an admin, with the worker's files of the audit trail. */
  run(argv: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts databases, devices, and the built program as worker, collector and console. Rejects with nothing left running. */
export async function openStage(options: {
  readonly devices: number;
  readonly random: () => number;
}): Promise<FullStage> {
  const folder = mkdtempSync(path.join(tmpdir(), 'netup-soak-'));
  const closing: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).toReversed()) await close();
  };
  try {
    mkdirSync(path.join(folder, 'influx'));
    const influxd = await Influxd.start(path.join(folder, 'influx'));
    closing.push(() => influxd.stop());
    const influxLine = await startCuttingProxy({ host: '127.0.0.1', port: influxd.port });
    closing.push(() => influxLine.stop());
    const postgresAt = { host: '', port: 0 };
    const lines: Awaited<ReturnType<typeof startCuttingProxy>>[] = [];
    const between = async ({ host, port }: ServerAddress): Promise<ServerAddress> => {
      Object.assign(postgresAt, { host, port });
      const line = await startCuttingProxy(postgresAt);
      lines.push(line);
      return { host: '127.0.0.1', port: line.port };
    };
    const world = await startWorld({ between });
    closing.push(() => world.stop());
    const [postgresLine] = lines;
    if (postgresLine === undefined) throw new Error('PostgreSQL has no proxy.');
    closing.push(() => postgresLine.stop());
    const simulator = new Child('../soak/devices-process.ts');
    closing.push(() => simulator.stop());
    const start = { kind: 'start', devices: options.devices, timeScale: TIME_SCALE, community: COMMUNITY };
    const devices = await simulator.ask(start, z.array(deviceSchema));
    await world.inventory(devices);
    const snmpPorts = devices.map(({ hostname, snmpPort }) => ({ id: hostname, port: snmpPort }));
    await world.admin`
      UPDATE routers AS r SET snmp_port = p.port
      FROM jsonb_to_recordset(${world.admin.json(snmpPorts)}) AS p(id text, port integer) WHERE r.id = p.id`;
    await world.admin`UPDATE organization_members AS m SET role = 'admin' FROM operators AS o WHERE o.id = m.operator_id AND o.name = 'ana'`;

    const keyFile = path.join(folder, 'keys');
    writeFileSync(keyFile, `soak:${world.worker.key}\n`, { mode: 0o600 });
    const common = (name: string, steps: string): Record<string, string> => ({
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      NODE_ENV: 'production',
      PG_HOST: '127.0.0.1',
      PG_PORT: String(postgresLine.port),
      PG_DB: world.consoleLogin.database,
      PG_SSL_MODE: 'disable',
      PG_PASSWORD: world.consoleLogin.password,
      NETUP_KEY_FILE: keyFile,
      NETUP_STATE_DIR: path.join(folder, name),
      NETUP_SOAK_STEPS: steps,
    });
    const ssh = { NETUP_SSH_USER: LOGIN.user, NETUP_SSH_PASSWORD: LOGIN.password };
    const images = { NETUP_IMAGE_URL: IMAGE_SERVER, NETUP_IMAGE_PASSWORD: 'any' };
    const audit = {
      NETUP_AUDIT_KEY_FILE: path.join(folder, 'audit-key'),
      NETUP_AUDIT_PUBLIC_KEY: path.join(folder, 'audit-key.pub'),
      NETUP_AUDIT_CHECKPOINTS: path.join(folder, 'audit-checkpoints.jsonl'),
    };
    const workerEnv = { ...common('worker', HOUR_STEPS), ...audit, ...ssh, ...images, PG_USER: 'netup_worker' };
    const anaEnv = { ...common('ana', '0'), ...audit, PG_USER: 'app_user', NETUP_OPERATOR: 'ana' };
    await runProgram(['audit', 'key', 'create'], workerEnv);
    await runProgram(['credentials', 'add', 'polling', '--type', 'snmp_v2c'], anaEnv, COMMUNITY);

    const mounted = mountSmallDisk(path.join(folder, 'spool'));
    if (typeof mounted !== 'string') closing.push(() => mounted.unmount());
    const metricsPort = influxd.port + 1;
    const influx = {
      INFLUX_URL: `http://127.0.0.1:${influxLine.port}`,
      INFLUX_TOKEN: influxd.settings.token,
      INFLUX_ORG: influxd.settings.org,
      INFLUX_BUCKET: influxd.settings.bucket,
      NETUP_SPOOL_DIR: path.join(folder, 'spool'),
    };
    const every = String(POLL_SECONDS);
    const polling = [
      '--health-every',
      every,
      '--interfaces-every',
      every,
      '--errors-every',
      every,
      '--facts-every',
      '86400',
    ];
    const collector = new Program(
      'collector',
      ['collect', ...polling, '--timeout', '5', '--metrics', String(metricsPort)],
      { ...common('collector', SMALL_STEPS), ...influx, PG_USER: 'netup_worker' },
      path.join(folder, 'collector.out'),
    );
    closing.push(() => collector.stop());
    const worker = new Program('worker', ['worker', '--slots', '50'], workerEnv, path.join(folder, 'worker.out'));
    closing.push(() => worker.stop());
    const typed = new TypedConsole(
      ['--read-only'],
      { ...common('console', HOUR_STEPS), PG_USER: 'app_user', NETUP_OPERATOR: 'ben' },
      options.random,
    );
    closing.push(() => typed.kill());
    return {
      world,
      influxd,
      postgresLine,
      influxLine,
      postgresAt,
      disk: typeof mounted === 'string' ? null : mounted,
      noDisk: typeof mounted === 'string' ? mounted : null,
      worker,
      collector,
      console: typed,
      devices,
      metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
      folder,
      silenceAgents: async () => void (await simulator.ask({ kind: 'silence' }, z.literal('silent'))),
      deviceStates: () => simulator.ask({ kind: 'states' }, statesSchema),
      run: (argv) => runProgram(argv, anaEnv),
      stop,
    };
  } catch (error) {
    await stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
