import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import { PtyProgram } from './pty.ts';

const root = path.join(import.meta.dirname, '..', '..');
const SSHD = '/usr/sbin/sshd';
const SSH = '/usr/bin/ssh';

/** Why OpenSSH cannot be tried here; null if it can. Its server starts commands for the account that it runs as, so that needs no other. */
export function missingSshd(): string | null {
  const missing = [SSHD, SSH, '/usr/bin/ssh-keygen'].filter((file) => !existsSync(file));
  if (missing.length > 0) return `OpenSSH is not installed: ${missing.join(', ')}`;
  // It checks who may write every folder above a command, and so does not run one of a checkout in /tmp unless root made it.
  return process.getuid?.() === 0 ? null : 'sshd runs its AuthorizedKeysCommand only as root';
}

/** Debian's sshd on this machine, with the shipped fragment for the account that the tests run as. */
export class TestSshd {
  readonly folder: string;
  readonly user = userInfo().username;
  #port = 0;
  #server: ChildProcess | null = null;
  readonly #clients: PtyProgram[] = [];

  /** Call it at the top of a test file. */
  constructor() {
    // sshd takes commands only from a folder that nobody else can write to, all the way up: /tmp is none.
    this.folder = mkdtempSync('/var/lib/netup-test-sshd-');
    chmodSync(this.folder, 0o755);
    afterAll(() => this.#stop());
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** Makes a key pair and returns the path of the private half. */
  key(name: string, ...more: readonly string[]): string {
    const file = this.file(name);
    execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file, ...more]);
    return file;
  }

  /** Signs a key: it logs in with a certificate from then on. */
  certify(key: string, ca: string, principals: string, ...more: readonly string[]): void {
    execFileSync('/usr/bin/ssh-keygen', [
      '-q',
      '-s',
      ca,
      '-I',
      `id of ${path.basename(key)}`,
      '-n',
      principals,
      ...more,
      `${key}.pub`,
    ]);
  }

  fingerprint(key: string): string {
    return execFileSync('/usr/bin/ssh-keygen', ['-l', '-f', `${key}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';
  }

  /** Starts it with the variables that the console is to have. `global` goes before the fragment. */
  async start(variables: Readonly<Record<string, string>>, ca: string, global = ''): Promise<void> {
    const hostKey = this.key('host');
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(this.file('console.env'), lines.join(''), { mode: 0o640 });
    // What a package manager installs as /usr/local/bin/netup-tui, for the Node that these tests run on.
    const program = this.file('netup-tui');
    writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} ${path.join(root, 'bin', 'netup-tui.js')} "$@"\n`, {
      mode: 0o755,
    });
    const fragment = readFileSync(path.join(root, 'deploy', 'ssh', 'netup-tui.conf'), 'utf8')
      .replace('Match User netup', `Match User ${this.user}`)
      .replaceAll(/^( *Authorized\w+CommandUser) netup$/gmu, `$1 ${this.user}`)
      .replaceAll('/usr/local/bin/netup-tui', program)
      .replaceAll('/etc/netup-tui/console.env', this.file('console.env'))
      .replaceAll('/etc/netup-tui/user-ca.pub', `${ca}.pub`);
    this.#port = await freePort();
    const config = [
      `Port ${this.#port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `PidFile ${this.file('pid')}`,
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'LogLevel VERBOSE',
      'MaxStartups 200',
      'LoginGraceTime 120',
      'Subsystem sftp internal-sftp',
      global,
      fragment,
    ];
    writeFileSync(this.file('sshd_config'), config.join('\n'));
    writeFileSync(this.file('known_hosts'), `[127.0.0.1]:${this.#port} ${readFileSync(`${hostKey}.pub`, 'utf8')}`);
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const server = spawn(SSHD, ['-D', '-e', '-f', this.file('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#server = server;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let said = '';
    server.stderr.on('data', (chunk) => {
      said += String(chunk);
      if (said.includes('Server listening')) resolve();
    });
    server.once('exit', () => reject(new Error(`sshd did not start: ${said}`)));
    await promise;
  }

  /** The arguments for ssh: what the user's own configuration says does not count. */
  arguments(key: string, ...more: readonly string[]): string[] {
    const own = ['-F', 'none', '-p', String(this.#port), '-i', key, '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes'];
    return [...own, '-o', `UserKnownHostsFile=${this.file('known_hosts')}`, ...more, `${this.user}@127.0.0.1`];
  }

  /** ssh without a terminal, to its end. `command` is what is asked of the server. */
  async ssh(
    key: string,
    command: readonly string[] = [],
    options: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    const child = spawn(SSH, [...this.arguments(key, '-T', ...options), ...command], {
      env: { ...process.env, SSH_AUTH_SOCK: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.once('close', resolve);
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), promise]);
    return { code, stdout, stderr };
  }

  /** ssh in a terminal, as an operator has it. */
  open(
    key: string,
    options: readonly string[] = [],
    {
      columns = 120,
      rows = 40,
      env = {},
    }: { columns?: number; rows?: number; env?: Readonly<Record<string, string>> } = {},
  ): PtyProgram {
    const client = new PtyProgram(this.arguments(key, ...options), {
      columns,
      rows,
      env: { ...process.env, SSH_AUTH_SOCK: '', ...env },
      program: SSH,
    });
    this.#clients.push(client);
    return client;
  }

  async #stop(): Promise<void> {
    for (const client of this.#clients) {
      try {
        client.kill('SIGKILL');
      } catch {
        // Gone already.
      }
    }
    const server = this.#server;
    if (server !== null && server.exitCode === null) {
      // It removes its own file on the way, which must not happen while the folder is being removed.
      const { promise, resolve } = Promise.withResolvers<void>();
      server.once('exit', () => resolve());
      server.kill('SIGTERM');
      await promise;
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function freePort(): Promise<number> {
  const listener = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  listener.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const closed = Promise.withResolvers<void>();
  listener.close(() => closed.resolve());
  await closed.promise;
  return port;
}
