import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const READY_WITHIN_MS = 15_000;
/** Debian has it where only root's PATH looks. */
const PROGRAMS = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];

export const SNMPD = {
  community: 'only-for-tests',
  user: 'netup',
  authKey: 'sign-it-well',
  privKey: 'hide-it-well',
} as const;

export interface Snmpd {
  readonly port: number;
  /** Beginning again, it has other times than before: as after a reboot. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts net-snmp's own agent on a free port of the loopback, with a configuration and a state of its own. A string says why it could not. */
export async function startSnmpd(): Promise<Snmpd | string> {
  const program = find('snmpd');
  if (program === undefined) return 'snmpd is not on PATH (Debian: snmpd)';
  if (find('snmpget') === undefined) return 'snmpget is not on PATH (Debian: snmp)';
  const folder = await mkdtemp(path.join(tmpdir(), 'netup-snmpd-'));
  // It gives up root's rights by itself, and then still has to write its state.
  await chmod(folder, 0o777);
  const port = await freePort();
  // Not snmpd.conf: that is what it writes its state to.
  await writeFile(
    path.join(folder, 'agent.conf'),
    [
      `agentaddress udp:127.0.0.1:${port}`,
      `rocommunity ${SNMPD.community} 127.0.0.1`,
      `createUser ${SNMPD.user} SHA-256 ${SNMPD.authKey} AES ${SNMPD.privKey}`,
      `createUser signed SHA-512 ${SNMPD.authKey}`,
      `rouser ${SNMPD.user} authPriv`,
      `rouser signed authNoPriv`,
      'sysDescr Cisco IOS Software, Version 17.9.4a, RELEASE SOFTWARE',
      '',
    ].join('\n'),
  );
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(program, ['-f', '-Lo', '-C', '-c', path.join(folder, 'agent.conf'), '-I', '-smux'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], SNMP_PERSISTENT_DIR: folder, MIBS: '' },
    });
    try {
      await ready(child);
      return child;
    } catch (error) {
      await end(child);
      throw error;
    }
  };
  try {
    let child = await start();
    return {
      port,
      async restart() {
        await end(child);
        child = await start();
      },
      async stop() {
        await end(child);
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return `snmpd does not start: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function find(program: string): string | undefined {
  return PROGRAMS.map((folder) => path.join(folder, program)).find((file) => existsSync(file));
}

/** Waits for the line in which it says that it listens. */
function ready(child: ChildProcess): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  const read = (chunk: Buffer): void => {
    said += chunk.toString();
    if (/NET-SNMP version/u.test(said)) resolve();
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('error', reject);
  child.once('exit', () => reject(new Error(said.trim().slice(0, 300))));
  const timer = setTimeout(() => reject(new Error('it does not get ready')), READY_WITHIN_MS);
  return promise.finally(() => clearTimeout(timer));
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
