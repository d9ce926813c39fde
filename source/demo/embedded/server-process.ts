import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../config/user-error.ts';
import { cleanLine } from '../../model/text.ts';
import type { Account } from './server-account.ts';

export interface ServerFiles {
  /** Holds bin, lib and share. */
  readonly binaries: string;
  readonly directory: string;
  readonly data: string;
  readonly log: string;
  readonly account: Account | null;
}

/** A port that nobody listens on now. Somebody may take it before we do, so starting is tried again. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Runs one of PostgreSQL's programs to its end; rejects with a `UserError` that has its last words on failure. */
export async function runProgram(files: ServerFiles, program: string, parameters: readonly string[]): Promise<void> {
  const child = spawn(path.join(files.binaries, 'bin', program), parameters, {
    cwd: files.directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
    ...files.account,
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => said.push(data));
  child.stderr.on('data', (data: Buffer) => said.push(data));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code === 0) return;
  const words = Buffer.concat(said).toString('utf8');
  // As in a container that runs under a number; PostgreSQL insists on a name for it.
  if (words.includes('could not look up effective user ID')) {
    throw new UserError(
      `PostgreSQL cannot start because user id ${process.getuid?.()} has no line in /etc/passwd; add one, or run netup-tui as another user.`,
    );
  }
  throw new UserError(`PostgreSQL's ${program} failed in ${files.directory}: ${lastLine(words)}`);
}

function lastLine(words: string): string {
  return cleanLine(words.trim().split('\n').at(-1) ?? '');
}

// The server becomes the process that we start. Beside it, handed to init so that the server never sees it as a child of its own, a
// reader waits on a pipe that only we hold: when we end, however we end, it stops the server.
const WATCHED = '( ( read -r _ <&3; kill -INT $$ 2>/dev/null ) & ) ; exec "$@" 3<&-';

/** Starts the server and resolves when it takes connections; rejects with a `UserError` if it ends before that. */
export async function launchServer(
  files: ServerFiles,
  port: number,
  settings: readonly string[],
): Promise<ChildProcess> {
  const postgres = path.join(files.binaries, 'bin', 'postgres');
  const parameters = ['-D', files.data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  const windows = process.platform === 'win32';
  const log = openSync(files.log, 'a', 0o600);
  const child = spawn(
    windows ? postgres : '/bin/sh',
    windows ? parameters : ['-c', WATCHED, 'sh', postgres, ...parameters],
    {
      cwd: files.directory,
      stdio: ['ignore', log, log, 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C' },
      // A group of its own: Ctrl-C in the terminal is for us, and we stop the server in good order.
      detached: !windows,
      ...files.account,
    },
  );
  closeSync(log);
  let ended = false;
  child.once('error', () => (ended = true)).once('exit', () => (ended = true));
  while (!isReady(files.data, child.pid)) {
    if (ended) {
      throw new UserError(
        `PostgreSQL did not start: ${lastLine(readFileSync(files.log, 'utf8'))} (its log is ${files.log})`,
      );
    }
    await delay(10);
  }
  return child;
}

/** The eighth line of the server's pid file says so. */
function isReady(data: string, pid: number | undefined): boolean {
  const file = path.join(data, 'postmaster.pid');
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, 'utf8').split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/** Stops the server: open transactions are rolled back. Resolves when it is gone. */
export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGINT');
  const patience = setTimeout(() => child.kill('SIGQUIT'), 10_000);
  await gone;
  clearTimeout(patience);
  child.stdio[3]?.destroy();
}

/** Waits for a server that a killed demo left behind to stop; it does so by itself when its watcher sees us gone. */
export async function stopOrphan(data: string): Promise<void> {
  for (let waited = 0; waited < 15_000; waited += 50) {
    const pid = orphan(data);
    if (pid === null) return;
    if (waited === 3000) signal(pid, 'SIGINT');
    if (waited === 10_000) signal(pid, 'SIGQUIT');
    await delay(50);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just gone by itself.
  }
}

function orphan(data: string): number | null {
  try {
    const pid = Number(readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 0);
    // The number may belong to another program by now.
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres') ? pid : null;
  } catch {
    return null;
  }
}
