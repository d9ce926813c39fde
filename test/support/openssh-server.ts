import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { onTestFinished, vi } from 'vitest';
import type { Target } from '../../source/devices/target.ts';
import { fingerprintOf, generateHostKey } from '../../source/simulator/host-key.ts';

const SSHD = '/usr/sbin/sshd';

/** Why the server of OpenSSH cannot be tried here; null if it can. */
export function whyNoSshd(): string | null {
  return spawnSync(SSHD, ['-V']).error === undefined ? null : 'the OpenSSH server is not on this machine';
}

/** A login to the server of OpenSSH. */
export interface OpensshServer {
  readonly target: Target;
  /** Kills the server and every connection of it. */
  readonly kill: () => void;
}

/**
 * Starts the server of OpenSSH on a port of the loopback, for the account that runs the test, with keys and a configuration of its own. Whoever logs in gets
 * this command for a shell; null for the account's own. Stopped when the test is over.
 */
export async function startSshd(command: string | null): Promise<OpensshServer> {
  const folder = mkdtempSync(join(tmpdir(), 'netup-sshd-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [hostKey, clientKey] = [generateHostKey(), generateHostKey()];
  const port = await freePort();
  writeFileSync(join(folder, 'host-key'), hostKey, { mode: 0o600 });
  writeFileSync(join(folder, 'authorized'), `${publicLine(clientKey)}\n`, { mode: 0o600 });
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host-key')}`,
    `AuthorizedKeysFile ${join(folder, 'authorized')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'PrintMotd no',
    'PrintLastLog no',
    'Subsystem sftp internal-sftp',
    ...(command === null ? [] : [`ForceCommand ${command}`]),
  ];
  writeFileSync(join(folder, 'config'), `${config.join('\n')}\n`);
  // As root it insists on this folder, which its package makes when the machine boots.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  // A group of its own, so that the processes of its connections end with it.
  const server = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'config')], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  server.stderr.on('data', (chunk) => (said += String(chunk)));
  const kill = (): void => {
    // Each connection has a process that leads a session of its own.
    for (const connection of childrenOf(server.pid)) killGroup(connection);
    killGroup(server.pid);
  };
  onTestFinished(kill);
  await vi
    .waitFor(() => answers(port), { timeout: 10_000, interval: 20 })
    .catch(() => {
      throw new Error(`sshd does not answer: ${said}`);
    });
  const { username: user } = userInfo();
  const target = { host: '127.0.0.1', port, user, privateKey: clientKey, hostKey: { expect: fingerprintOf(hostKey) } };
  return { target, kill };
}

/** Kills a process that leads a group, and its group; harmless if they are gone. */
function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // They are gone.
  }
}

function childrenOf(parent: number | undefined): readonly number[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/u.test(name));
  return ids.filter((id) => statOf(id).startsWith(`${parent} `)).map(Number);
}

/** What the kernel says of a process, from its parent on; empty for one that has ended meanwhile. */
function statOf(id: string): string {
  try {
    return readFileSync(`/proc/${id}/stat`, 'utf8').replace(/^.*\) \S+ /su, '');
  } catch {
    return '';
  }
}

function publicLine(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error || Array.isArray(key)) throw new Error('no key');
  return `ssh-ed25519 ${key.getPublicSSH().toString('base64')}`;
}

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
  });
  return promise;
}

async function answers(port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host: '127.0.0.1', port }, resolve);
  socket.once('error', reject);
  await promise.finally(() => socket.destroy());
}
