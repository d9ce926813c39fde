import path from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { databaseVariables, useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import { PtyProgram } from './support/pty.ts';

const cli = useCli();
const database = useDatabase();
beforeAll(() => database.seed());

const size = { columns: 100, rows: 30 };

function env(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...databaseVariables(database.settings('app_user')),
    HOME: cli.folder,
    NETUP_STATE_DIR: path.join(cli.folder, 'state'),
    NETUP_OPERATOR: 'ana',
    NETUP_ORGANIZATION: 'acme',
    PS1: '\\$ ',
  };
}

/** A shell in a real terminal, which can stop the console and go on with it. */
function shell(): PtyProgram {
  const program = new PtyProgram(['--norc', '--noprofile', '-i'], { ...size, env: env(), program: 'bash' });
  onTestFinished(async () => {
    program.kill('SIGKILL');
    await program.ended;
  });
  return program;
}

const node = `'${process.execPath}' bin/netup-tui.js`;
const mouse = (program: PtyProgram, mode: string): Promise<void> =>
  vi.waitFor(() => expect(program.mouse).toBe(mode), { timeout: 20_000 });

test('the mouse is given back when the console is stopped and when it is left', { timeout: 90_000 }, async () => {
  const program = shell();
  program.type(`${node} --mouse\r`);
  await program.waitFor('ams-core-01');
  await mouse(program, 'vt200');
  program.type('\u001a');
  await mouse(program, 'none');
  await program.waitFor('Stopped');
  program.type('fg\r');
  await mouse(program, 'vt200');
  await program.waitFor('ams-core-01');
  program.type('q');
  await mouse(program, 'none');
  await program.waitFor(/^[#$] *$/u);
  program.type('echo left $?\r');
  await program.waitFor('left 0');
  expect(program.mouse).toBe('none');
});

test.for(['SIGTERM', 'SIGHUP'] as const)(
  '%s ends the console, and gives the mouse back',
  { timeout: 60_000 },
  async (signal) => {
    const program = new PtyProgram(['--mouse'], { ...size, env: env() });
    onTestFinished(() => program.kill('SIGKILL'));
    await mouse(program, 'vt200');
    program.kill(signal);
    await program.ended;
    await mouse(program, 'none');
    expect(program.mouse).toBe('none');
  },
);
