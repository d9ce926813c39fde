import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ClientChannel } from 'ssh2';
import type { RunningDevice } from '../source/simulator/fleet.ts';
import { simulateUpgradable } from './support/simulated-upgrade.ts';
import { Typist } from './support/typist.ts';

const CONTENT = Buffer.alloc(3_000_017, 'not a real image, but every byte of it counts ');
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const SHA512 = createHash('sha512').update(CONTENT).digest('hex');
const IMAGE = { fileName: 'sent.bin', sizeBytes: CONTENT.length, sha256: SHA256, sha512: SHA512 };

let file = '';

beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'netup-push-'));
  file = path.join(folder, 'sent.bin');
  await writeFile(file, CONTENT);
  return () => rm(folder, { recursive: true });
});

describe.each(['junos', 'eos'] as const)('%s takes a file by SFTP', (platform) => {
  test('in parts side by side, counts and hashes them, and knows the image', async () => {
    const device = await simulateUpgradable(platform, {}, IMAGE);
    const { client } = await Typist.login(device);
    const sftp = await promisify(client.sftp.bind(client))();
    await promisify(sftp.fastPut.bind(sftp))(file, '/var/tmp/part');
    expect(device.machine.flash.find('part')).toMatchObject({
      sizeBytes: CONTENT.length,
      sha256: SHA256,
      sha512: SHA512,
      version: expect.stringMatching(/^(?:23\.4R2-S3|4\.32\.2F)$/u),
    });
    expect(device.machine.counters).toMatchObject({ copies: 1, writersAtOnce: 1 });
  });

  test('until there is no room', async () => {
    const device = await simulateUpgradable(platform, { faults: { flash_full: true } });
    const { client } = await Typist.login(device);
    const sftp = await promisify(client.sftp.bind(client))();
    await expect(promisify(sftp.fastPut.bind(sftp))(file, '/var/tmp/part')).rejects.toThrow('Failure');
  });
});

describe('IOS-XE takes a file by SCP', () => {
  async function send(device: RunningDevice, chunks: readonly Buffer[]): Promise<string> {
    const { client } = await Typist.login(device);
    const channel = await promisify<string, ClientChannel>(client.exec.bind(client))('scp -t flash:part');
    let answer = '';
    const { promise, resolve } = Promise.withResolvers<void>();
    channel.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')));
    channel.once('close', () => resolve());
    for (const chunk of chunks) channel.write(chunk);
    channel.end();
    await promise;
    return answer;
  }

  const HEADER = Buffer.from(`C0644 ${CONTENT.length} sent.bin\n`);

  test('however it is cut, and acknowledges it', async () => {
    const device = await simulateUpgradable('ios-xe', {}, IMAGE);
    const chunks = [
      HEADER.subarray(0, 5),
      HEADER.subarray(5),
      CONTENT.subarray(0, 7),
      CONTENT.subarray(7),
      Buffer.of(0),
    ];
    expect(await send(device, chunks)).toBe('\0\0\0');
    expect(device.machine.flash.find('part')).toMatchObject({
      sizeBytes: CONTENT.length,
      sha512: SHA512,
      version: '17.12.04',
    });
  });

  test('half of it is half a file', async () => {
    const device = await simulateUpgradable('ios-xe', {}, IMAGE);
    await send(device, [HEADER, CONTENT.subarray(0, 1000)]);
    expect(device.machine.flash.find('part')).toMatchObject({ sizeBytes: 1000, version: null });
  });

  test.each([
    ['no room', { faults: { flash_full: true } }, HEADER, 'No space left on device'],
    ['another protocol', {}, Buffer.from('hello\n'), 'protocol error'],
  ])('%s is told', async (_name, changes, header, message) => {
    const device = await simulateUpgradable('ios-xe', changes);
    expect(await send(device, [header, CONTENT.subarray(0, 1000)])).toContain(message);
  });

  test('from the scp of OpenSSH', async (context) => {
    const device = await simulateUpgradable('ios-xe', {}, IMAGE);
    const { host, port, machine } = device;
    const askpass = path.join(path.dirname(file), 'askpass');
    await writeFile(askpass, `#!/bin/sh\necho '${machine.device.password}'\n`, { mode: 0o700 });
    const options = [
      '-O',
      '-F',
      'none',
      '-o',
      'PubkeyAuthentication=no',
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
    ];
    const child = spawn('scp', [...options, '-P', String(port), file, `${machine.device.user}@${host}:flash:part`], {
      env: { ...process.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' },
      stdio: 'ignore',
    });
    onTestFinished(() => void child.kill());
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
    const status = await promise;
    context.skip(status === null, 'this machine has no scp');
    expect(status).toBe(0);
    expect(machine.flash.find('part')).toMatchObject({ sizeBytes: CONTENT.length, sha512: SHA512 });
  });
});
