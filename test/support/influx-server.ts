import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { InfluxSettings } from '../../source/config/settings.ts';

const READY_WITHIN_MS = 30_000;
const setupAnswer = z.object({ auth: z.object({ token: z.string() }) });

/** Starts and sets up a server of our own, with a bucket without retention. A string says why it could not. */
export async function startInflux(): Promise<{ settings: InfluxSettings; stop: () => Promise<void> } | string> {
  const started = await startEmptyInflux();
  if (typeof started === 'string') return started;
  try {
    return { settings: await setUp(started.url), stop: started.stop };
  } catch (error) {
    await started.stop();
    return `no influxd: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A server of our own, on a port of the loopback. */
export interface InfluxServer {
  readonly url: string;
  /** Ends the process, and keeps its data and its port. */
  readonly halt: () => Promise<void>;
  /** Starts it again. */
  readonly resume: () => Promise<void>;
  /** Ends it and deletes its data. */
  readonly stop: () => Promise<void>;
}

/** Starts a server that nobody has set up. Tasks run in it only when they are told to. A string says why it could not. */
export async function startEmptyInflux(): Promise<InfluxServer | string> {
  const directory = await mkdtemp(join(tmpdir(), 'netup-influx-'));
  let child: ChildProcess;
  const start = (at: string): Promise<string> => {
    child = spawn(
      'influxd',
      [
        `--bolt-path=${join(directory, 'influxd.bolt')}`,
        `--sqlite-path=${join(directory, 'influxd.sqlite')}`,
        `--engine-path=${join(directory, 'engine')}`,
        `--http-bind-address=127.0.0.1:${at}`,
        '--reporting-disabled',
        '--no-tasks',
      ],
      { stdio: ['ignore', 'pipe', 'ignore'], env: { PATH: process.env['PATH'], HOME: directory } },
    );
    return portOf(child);
  };
  const halt = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const stop = async (): Promise<void> => {
    await halt();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const port = await start('0');
    const resume = async (): Promise<void> => void (await start(port));
    return { url: `http://127.0.0.1:${port}`, halt, resume, stop };
  } catch (error) {
    await stop();
    return `no influxd: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The port, from the line of the log in which the server says that it listens. */
async function portOf(child: ChildProcess): Promise<string> {
  const failed = once(child, 'error').then(([error]) =>
    Promise.reject(error instanceof Error ? error : new Error('failed')),
  );
  const late = once(AbortSignal.timeout(READY_WITHIN_MS), 'abort').then(() =>
    Promise.reject(new Error('no answer in time')),
  );
  const listening = (async () => {
    if (child.stdout === null) throw new Error('no output');
    const lines = createInterface({ input: child.stdout });
    let port: string | undefined;
    // Reads to the end, so that the pipe never fills; the port is taken from the first line that has one.
    for await (const line of lines) {
      port = /msg=Listening .*\bport=(\d+)/u.exec(line)?.[1] ?? /"msg":"Listening".*"port":(\d+)/u.exec(line)?.[1];
      if (port !== undefined) break;
    }
    child.stdout.resume();
    if (port === undefined) throw new Error('it ended before it listened');
    return port;
  })();
  return Promise.race([listening, failed, late]);
}

async function setUp(url: string): Promise<InfluxSettings> {
  const body = { username: 'tests', password: 'tests-only-password', org: 'tests', bucket: 'telemetry' };
  const response = await fetch(`${url}/api/v2/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, retentionPeriodSeconds: 0 }),
  });
  const { auth } = setupAnswer.parse(await response.json());
  return { url, token: auth.token, org: body.org, bucket: body.bucket, batchSize: 1000, flushIntervalMs: 5000 };
}
