import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import { PLATFORMS, type Platform } from '../source/model/platform.ts';
import { generateHostKey } from '../source/simulator/host-key.ts';
import { DEVICES, simulate } from './support/simulated.ts';

const installed = spawnSync('ssh', ['-V']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'netup-openssh-'));
const clientKey = generateHostKey();
const hostKey = generateHostKey();

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(PLATFORMS)('OpenSSH and a simulated %s device', (platform) => {
  test('one command', async (context) => {
    const answer = await ssh(context, platform, ['show version']);
    expect(answer.code).toBe(0);
    expect(answer.text).toContain(DEVICES[platform].version);
    expect(answer.text).not.toContain('More');
  });

  test('a session with a correction, a page, and a mistake', async (context) => {
    const page = platform === 'eos' ? '' : ' ';
    const typed = `shww\u007f\u007fow ver\r${page}nonsense\rfoo\u0015exit\r`;
    const answer = await ssh(context, platform, [], typed);
    const { hostname, version, user } = DEVICES[platform];
    const prompt = platform === 'junos' ? `${user}@${hostname}> ` : `${hostname}#`;
    expect(answer.code).toBe(0);
    expect(answer.text.split(prompt).length).toBe(4);
    expect(answer.text).toContain('shww\b \b\b \bow ver\r\n');
    expect(answer.text).toContain(version);
    expect(answer.text).toMatch(platform === 'junos' ? /unknown command\./u : /% (?:Unknown command|Invalid input)/u);
    // EOS's answer is shorter than a screen.
    expect(/more/iu.test(answer.text)).toBe(platform !== 'eos');
  });
});

/** Runs Debian's client against a device whose host key it knows, with a key of its own; `typed` goes to a terminal. */
async function ssh(
  context: TestContext,
  platform: Platform,
  command: readonly string[],
  typed?: string,
): Promise<{ code: number | null; text: string }> {
  context.skip(!installed, 'the OpenSSH client is not on this machine');
  const device = { publicKey: `ssh-ed25519 ${publicHalf(clientKey)}`, quirks: { hostKey } };
  const { target } = await simulate(platform, device);
  const identity = file('identity', clientKey, 0o600);
  const known = file('known_hosts', `[${target.host}]:${target.port} ssh-ed25519 ${publicHalf(hostKey)}\n`, 0o644);
  const options = ['BatchMode=yes', 'IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${known}`];
  const terminal = typed === undefined ? '-T' : '-tt';
  const flags = ['-F', 'none', '-q', terminal, '-i', identity, '-p', String(target.port)];
  const settings = options.flatMap((option) => ['-o', option]);
  const child = spawn('ssh', [...flags, ...settings, `${target.user}@${target.host}`, ...command]);
  const printed: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stdin.end(typed ?? '');
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  return { code: await promise, text: Buffer.concat(printed).toString() };
}

function file(name: string, text: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  return path;
}

function publicHalf(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error || Array.isArray(key)) throw new Error('no key');
  return key.getPublicSSH().toString('base64');
}
