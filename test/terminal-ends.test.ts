import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import { PtyProgram } from './support/pty.ts';

const cli = useCli();
const database = useDatabase();
const programs: PtyProgram[] = [];
const bin = path.join(import.meta.dirname, '..', 'bin', 'netup-tui.js');
vi.setConfig({ testTimeout: 60_000 });
const SIZE = { columns: 100, rows: 30 };
/** A prompt that nothing else on the screen looks like. */
const PROMPT = 'back-in-the-shell>';

beforeAll(async () => {
  await database.seed();
});
afterAll(async () => {
  for (const program of programs) program.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
});

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: cli.folder,
    NETUP_STATE_DIR: path.join(cli.folder, 'state'),
    NETUP_OPERATOR: 'cy',
    NETUP_ORGANIZATION: 'acme',
    PS1: PROMPT,
    ...databaseVariables(database.settings('app_user')),
  };
}

/** A shell with job control, as somebody has who logged in, with the console started in it. */
async function consoleInShell(): Promise<PtyProgram> {
  const shell = new PtyProgram(['--norc', '--noprofile', '-i'], { ...SIZE, env: environment(), program: '/bin/bash' });
  programs.push(shell);
  await shell.waitFor(PROMPT);
  shell.type(`'${process.execPath}' '${bin}'\r`);
  await shell.waitFor('1 of 6');
  return shell;
}

/** Whether the terminal is a shell's again: it echoes and edits lines, shows the cursor, and has its own screen. */
async function expectShell(shell: PtyProgram): Promise<void> {
  // The prompt from before has the command behind it.
  await shell.waitFor(new RegExp(`^${PROMPT}$`, 'u'));
  expect({ alternate: shell.isAlternate, cursor: shell.showsCursor }).toEqual({ alternate: false, cursor: true });
  shell.type("stty -a | grep -oE -- ' -?(icanon|echo) ' | tr -d '\\n'; echo .\r");
  await shell.waitFor(/^ icanon {2}echo \.$/u);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The console that runs in a shell. */
function childOf(pid: number): number {
  const known = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(known)
    ? readFileSync(known, 'utf8')
    : execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return Number(children.trim().split(/\s+/u)[0]);
}

describe('in a terminal with a shell', () => {
  it('is put aside with ^Z, comes back with fg, in the size of then, and gives the terminal back', async () => {
    const shell = await consoleInShell();
    shell.type('\u001A');
    await expectShell(shell);
    shell.resize(120, 32);
    shell.type('fg\r');
    await shell.waitFor(/^▌.*ams-core-01/u);
    await shell.waitFor(/^─{120}$/u);
    expect(shell.isAlternate).toBe(true);
    shell.type('j');
    await shell.waitFor('2 of 6');
    shell.type('q');
    await expectShell(shell);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)('gives the terminal back when it is ended by %s', async (signal) => {
    const shell = await consoleInShell();
    const pid = childOf(shell.pid);
    process.kill(pid, signal);
    await expectShell(shell);
    expect(isAlive(pid)).toBe(false);
  });

  it('is gone when its terminal is', async () => {
    const shell = await consoleInShell();
    const pid = childOf(shell.pid);
    shell.kill('SIGKILL');
    await shell.ended;
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000 });
  });
});

describe('in tmux', () => {
  const socket = `netup-${process.pid}`;
  const tmux = (...argv: readonly string[]): string =>
    execFileSync('tmux', ['-L', socket, ...argv], {
      encoding: 'utf8',
      env: { ...environment(), TERM: 'xterm-256color' },
    });
  const screen = (): string => tmux('capture-pane', '-p', '-t', 'noc');
  afterAll(() => {
    try {
      tmux('kill-server');
    } catch {
      // It ended with its last session, or was never there.
    }
  });

  it('is drawn whole, follows its size, and ends with the session', async (context) => {
    if (!existsSync('/usr/bin/tmux')) return context.skip('tmux is not installed');
    tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'noc', '-x', '80', '-y', '24', `'${process.execPath}' '${bin}'`);
    const pid = Number(tmux('display-message', '-p', '-t', 'noc', '#{pane_pid}'));
    await vi.waitFor(() => expect(screen()).toMatch(/^▌.*ams-core-01/mu), { timeout: 20_000 });
    expect(screen().split('\n').at(-2)).toMatch(/1 of 6/u);
    tmux('resize-window', '-t', 'noc', '-x', '120', '-y', '40');
    await vi.waitFor(() => expect(screen().split('\n').at(-2)).toMatch(/1 of 6/u), { timeout: 20_000 });
    const lines = screen().split('\n');
    expect(lines.filter((line) => line.includes('ams-core-01'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith(' netup'))).toHaveLength(1);
    tmux('kill-session', '-t', 'noc');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000 });
  });
});
