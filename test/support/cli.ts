import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll } from 'vitest';
import type { PostgresSettings } from '../../source/config/settings.ts';

const root = path.join(import.meta.dirname, '..', '..');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Cli {
  /** A folder of this test file's own: home and state folder of the program. */
  readonly folder: string;
  /** Runs the built program to its end. */
  run(argv: readonly string[], env?: Readonly<Record<string, string>>, input?: string): Promise<CliResult>;
  /** Starts it and leaves it running; killed after the test file if it still runs then. */
  start(argv: readonly string[], env?: Readonly<Record<string, string>>): RunningProgram;
  /** The same by `npm start`, which starts the demo. */
  npmStart(argv: readonly string[]): RunningProgram;
}

export interface RunningProgram {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** The first line that it prints. Rejects with what it said if it ends without one. */
  readonly firstLine: Promise<string>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** Call it once at the top of a test file: builds the program if its sources changed. */
export function useCli(): Cli {
  const folder = mkdtempSync(path.join(tmpdir(), 'netup-cli-'));
  beforeAll(() => {
    execFileSync(process.execPath, [path.join(root, '.ci', 'build.mjs'), '--if-changed']);
  });
  const started: RunningProgram[] = [];
  afterAll(async () => {
    for (const { child } of started) child.kill('SIGKILL');
    await Promise.all(started.map(({ ended }) => ended));
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    run: (argv, env = {}, input = '') => runProgram(folder, argv, env, input),
    start: (argv, env = {}) => keep(startProgram(process.execPath, [bin, ...argv], environment(folder, env))),
    npmStart: (argv) => keep(startProgram('npm', ['start', '--silent', '--', ...argv], environment(folder, {}))),
  };

  function keep(program: RunningProgram): RunningProgram {
    started.push(program);
    return program;
  }
}

const bin = path.join(root, 'bin', 'netup-tui.js');

function environment(folder: string, env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: folder, NETUP_STATE_DIR: path.join(folder, 'state'), ...env };
}

function startProgram(command: string, argv: readonly string[], env: NodeJS.ProcessEnv): RunningProgram {
  const child = spawn(command, argv, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = Promise.withResolvers<number | string | null>();
  const line = Promise.withResolvers<string>();
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
    if (stdout.includes('\n')) line.resolve(stdout.slice(0, stdout.indexOf('\n')));
  });
  child.once('close', (code, signal) => {
    ended.resolve(code ?? signal);
    line.reject(new Error(`ended with ${code ?? signal}: ${stderr}`));
  });
  line.promise.catch(() => undefined);
  return { child, firstLine: line.promise, ended: ended.promise };
}

async function runProgram(
  folder: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string,
): Promise<CliResult> {
  const child = spawn(process.execPath, [bin, ...argv], { env: environment(folder, env) });
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** The variables for a database, as a user sets them. */
export function databaseVariables(settings: PostgresSettings): Record<string, string> {
  return {
    PG_HOST: settings.host,
    PG_PORT: String(settings.port),
    PG_DB: settings.database,
    PG_USER: settings.user,
    PG_PASSWORD: settings.password,
    PG_SSL_MODE: settings.sslMode,
  };
}
