import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { InfluxSettings } from '../../source/config/settings.ts';

const READY_WITHIN_MS = 60_000;
const setupAnswer = z.object({ auth: z.object({ token: z.string() }) });
const NAMES = { org: 'soak', bucket: 'telemetry' } as const;

/** An InfluxDB of our own that can be killed and started again on what it has stored. */
export class Influxd {
  readonly #folder: string;
  readonly #port: number;
  #child: ChildProcess | null = null;
  #token = '';

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  /** Rejects where there is no `influxd` on PATH. */
  static async start(folder: string): Promise<Influxd> {
    const influxd = new Influxd(folder, await freePort());
    await influxd.#launch();
    const body = { username: 'soak', password: 'only-for-the-soak', ...NAMES, retentionPeriodSeconds: 0 };
    const headers = { 'content-type': 'application/json' };
    const url = `${influxd.url}/api/v2/setup`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    influxd.#token = setupAnswer.parse(await response.json()).auth.token;
    return influxd;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get settings(): InfluxSettings {
    return { url: this.url, token: this.#token, ...NAMES, batchSize: 1000, flushIntervalMs: 5000 };
  }

  /** Kills it as a crash would, and starts it again. */
  async crash(): Promise<void> {
    await this.#end('SIGKILL');
    await this.#launch();
  }

  /** The only number in the answer to a query that has one. */
  async number(flux: string): Promise<number> {
    const headers = { authorization: `Token ${this.#token}`, 'content-type': 'application/vnd.flux' };
    const response = await fetch(`${this.url}/api/v2/query?org=${NAMES.org}`, { method: 'POST', headers, body: flux });
    const [head = '', row = ''] = (await response.text()).split('\r\n');
    return Number(row.split(',')[head.split(',').indexOf('_value')] ?? Number.NaN);
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #launch(): Promise<void> {
    const place = (name: string): string => path.join(this.#folder, name);
    const flags = [
      `--bolt-path=${place('bolt')}`,
      `--sqlite-path=${place('sqlite')}`,
      `--engine-path=${place('engine')}`,
    ];
    const more = [`--http-bind-address=127.0.0.1:${this.#port}`, '--reporting-disabled', '--no-tasks'];
    const child = spawn('influxd', [...flags, ...more], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], HOME: this.#folder },
    });
    this.#child = child;
    const failed = once(child, 'error').then(([error]) => Promise.reject(new Error(`influxd: ${String(error)}`)));
    await Promise.race([failed, this.#answers()]);
  }

  async #answers(): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until) {
      const response = await fetch(`${this.url}/health`).catch(() => null);
      if (response?.ok === true) return;
      await delay(100);
    }
    throw new Error('influxd does not answer.');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
