import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ssh2, { type Client } from 'ssh2';
import { afterAll, expect, test, vi } from 'vitest';
import { makeKey } from '../source/serve/host-keys.ts';
import { sshConnect, SshScreen } from './support/ssh-screen.ts';

vi.setConfig({ testTimeout: 60_000 });
const SERVER = new URL('support/crash-serve.ts', import.meta.url).pathname;
const folder = mkdtempSync(path.join(tmpdir(), 'netup-serve-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a defect ends the console that met it and no other; one of no console ends the process, after all were told', async () => {
  const child = spawn(process.execPath, [SERVER, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
  });
  const clients: Client[] = [];
  try {
    const port = await new Promise<number>((resolve) => {
      child.stdout.once('data', (line) => resolve(Number(line)));
    });
    const key = makeKey(() => ssh2.utils.generateKeyPairSync('ed25519'));
    const open = async (): Promise<SshScreen> => {
      const client = await sshConnect(port, key);
      client.on('error', () => undefined);
      clients.push(client);
      const screen = await SshScreen.open(client);
      await screen.waitFor('ready');
      return screen;
    };
    const [inTimer, inPromise, other] = [await open(), await open(), await open()];
    inTimer.type('x');
    inPromise.type('r');
    expect(await inTimer.ended).toBe(70);
    expect(await inPromise.ended).toBe(70);
    await Promise.all([inTimer, inPromise].map((screen) => screen.waitFor('defect: SyntaxError')));
    other.type('k');
    await other.waitFor('echo k');
    const late = await open();
    late.type('s');
    expect([await other.ended, await late.ended, await ended]).toEqual([70, 70, 70]);
    await Promise.all([other, late].map((screen) => screen.waitFor('the process is broken')));
  } finally {
    for (const client of clients) client.end();
    child.kill('SIGKILL');
  }
});
