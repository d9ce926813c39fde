import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
}

/** Call it once at the top of a test file: builds the program if its sources changed. */
export function useCli(): Cli {
  const folder = mkdtempSync(path.join(tmpdir(), 'netup-cli-'));
  beforeAll(() => {
    execFileSync(process.execPath, [path.join(root, '.ci', 'build.mjs'), '--if-changed']);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, run: (argv, env = {}, input = '') => runProgram(folder, argv, env, input) };
}

async function runProgram(
  folder: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string,
): Promise<CliResult> {
  const child = spawn(process.execPath, [path.join(root, 'bin', 'netup-tui.js'), ...argv], {
    env: { PATH: process.env['PATH'], HOME: folder, NETUP_STATE_DIR: path.join(folder, 'state'), ...env },
  });
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
