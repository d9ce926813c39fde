import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, type TestContext, test } from 'vitest';
import { sendByScp } from '../source/devices/push/send-by-scp.ts';
import { CHUNK_BYTES, type Sending } from '../source/devices/push/sending.ts';
import { login } from '../source/devices/ssh-login.ts';
import { fingerprintOf, generateHostKey } from '../source/simulator/host-key.ts';
import { sshServer } from './support/ssh-server.ts';

const installed = spawnSync('scp', []).error === undefined;
const folder = mkdtempSync(join(tmpdir(), 'netup-scp-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Sends bytes to the `scp` of OpenSSH, which runs behind an SSH server of ours. */
async function send(context: TestContext, bytes: Buffer, destination: string): Promise<readonly number[]> {
  context.skip(!installed, 'the scp of OpenSSH is not on this machine');
  const hostKey = generateHostKey();
  const port = await sshServer(hostKey, (connection) => {
    connection.on('error', () => {});
    connection.on('authentication', (request) => request.accept());
    connection.on('session', (accept) =>
      accept().on('exec', (agree, _refuse, { command }) => {
        const [program = '', ...args] = command.split(' ');
        const child = spawn(program, args);
        const channel = agree();
        channel.pipe(child.stdin);
        child.stdout.pipe(channel);
        child.once('close', (code) => channel.exit(code ?? 1));
      }),
    );
  });
  const hostKeyRule = { expect: fingerprintOf(hostKey) };
  const { client } = await login({ host: '127.0.0.1', port, user: 'a', password: 'b', hostKey: hostKeyRule });
  onTestFinished(() => void client.destroy());
  const sent: number[] = [];
  const file: Sending = {
    bytes: bytes.length,
    read: (from) => Promise.resolve(bytes.subarray(from, from + CHUNK_BYTES)),
    beforeSend: () => {},
    sent: (count) => sent.push(count),
  };
  await sendByScp(client, 'r1', destination, file);
  return sent;
}

test('OpenSSH’s scp takes files of any size from us', async (context) => {
  for (const size of [0, 1, CHUNK_BYTES, 2_000_017]) {
    const bytes = randomBytes(size);
    const path = join(folder, `image-${size}.bin`);
    const sent = await send(context, bytes, path);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(sent.at(-1) ?? 0).toBe(size);
  }
});

test('what it says is wrong is the error', async (context) => {
  await expect(send(context, randomBytes(100), join(folder, 'missing', 'image.bin'))).rejects.toMatchObject({
    code: 'command_rejected',
    message: expect.stringMatching(/^r1 did not take the file: .*(?:No such file or directory|ambiguous target)/u),
  });
});
