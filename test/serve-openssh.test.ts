import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, type TestContext } from 'vitest';
import { vi } from 'vitest';
import { useCli } from './support/cli.ts';
import { useDatabase } from './support/postgres.ts';
import { PtyProgram } from './support/pty.ts';
import { useServedConsoles } from './support/serve.ts';

const SSH = '/usr/bin/ssh';
const KEYGEN = '/usr/bin/ssh-keygen';
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const missing = [SSH, KEYGEN].filter((file) => !existsSync(file));
const cli = useCli();
const database = useDatabase();
const served = useServedConsoles(cli, database);
const screens: PtyProgram[] = [];
let port = 0;

/** Makes a key pair; gives the private half's path. */
function key(name: string, ...more: readonly string[]): string {
  const file = served.file(name);
  execFileSync(KEYGEN, ['-q', '-N', '', '-C', name, '-f', file, ...(more.length === 0 ? ['-t', 'ed25519'] : more)]);
  return file;
}

/** Signs a new key, which logs in with the certificate. */
function certified(name: string, ca: string, principals: string, ...more: readonly string[]): string {
  const file = key(name);
  execFileSync(KEYGEN, ['-q', '-s', ca, '-I', `id of ${name}`, '-n', principals, ...more, `${file}.pub`]);
  return file;
}

beforeAll(async () => {
  if (missing.length > 0) return;
  await database.seed();
  const cas = [key('ca'), key('rsa-ca', '-t', 'rsa', '-b', '2048'), key('ecdsa-ca', '-t', 'ecdsa', '-b', '521')];
  key('other-ca');
  const file = served.file('user-ca.pub');
  writeFileSync(file, cas.map((ca) => execFileSync('cat', [`${ca}.pub`], { encoding: 'utf8' })).join(''), {
    mode: 0o644,
  });
  await served.allow('ben', { principal: 'ben@noc' });
  await served.allow('ana', { principal: 'ana@noc' });
  [, port] = await served.start({ NETUP_SERVE_USER_CA: file });
  const hostKey = path.join(cli.folder, 'state', 'serve', 'host_ed25519_key');
  const line = execFileSync(KEYGEN, ['-y', '-f', hostKey], { encoding: 'utf8' });
  writeFileSync(served.file('known_hosts'), `[127.0.0.1]:${port} ${line}`);
});
afterAll(() => {
  for (const screen of screens) screen.kill('SIGKILL');
});

function argumentsFor(identity: string, ...more: readonly string[]): string[] {
  const own = ['-F', 'none', '-p', String(port), '-i', identity, '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes'];
  return [...own, '-o', `UserKnownHostsFile=${served.file('known_hosts')}`, ...more, 'netup@127.0.0.1'];
}

function open(identity: string, ...more: readonly string[]): PtyProgram {
  const env = { ...process.env, SSH_AUTH_SOCK: '' };
  const screen = new PtyProgram(argumentsFor(identity, ...more), { columns: 120, rows: 40, env, program: SSH });
  screens.push(screen);
  return screen;
}

async function ssh(identity: string, options: readonly string[], command: readonly string[] = []) {
  const child = spawn(SSH, [...argumentsFor(identity, ...options), ...command], {
    env: { ...process.env, SSH_AUTH_SOCK: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), promise]);
  return { code, stdout, stderr };
}

function needOpenssh(context: TestContext): void {
  if (missing.length > 0) context.skip(`OpenSSH's client is not installed: ${missing.join(', ')}`);
}

describe("OpenSSH's client gets the console", () => {
  test.for([
    ['an ed25519 key', ['-t', 'ed25519']],
    ['an ECDSA key', ['-t', 'ecdsa', '-b', '256']],
    ['an ECDSA key of 521 bits', ['-t', 'ecdsa', '-b', '521']],
    ['an RSA key', ['-t', 'rsa', '-b', '2048']],
  ] as const)('by %s', async ([what, kind], context) => {
    needOpenssh(context);
    const identity = key(`plain-${what.replaceAll(' ', '-')}`, ...kind);
    await served.allow('ana', { publicLine: execFileSync('cat', [`${identity}.pub`], { encoding: 'utf8' }) });
    const screen = open(identity);
    await screen.waitFor('ana (approver)');
    screen.resize(100, 30);
    await screen.waitFor(/^─{100}$/u);
    screen.type('q');
    expect(await screen.ended).toBe(0);
  });

  test.for([['ca'], ['rsa-ca'], ['ecdsa-ca']] as const)('by a certificate of %s', async ([ca], context) => {
    needOpenssh(context);
    const identity = certified(`by-${ca}`, served.file(ca), 'somebody,ben@noc', '-O', 'source-address=127.0.0.0/8');
    const screen = open(identity);
    await screen.waitFor('ben (operator)');
    screen.type('q');
    expect(await screen.ended).toBe(0);
    const [event] =
      await database.admin`SELECT after FROM audit_events WHERE action = 'session.open' AND actor_name = 'ben'`;
    expect(event).toMatchObject({ after: { identity: 'ben@noc', remote: '127.0.0.1' } });
  });
});

describe('it does not get it', () => {
  test.for([
    ['of an authority that is not trusted', 'other-ca', 'ben@noc', []],
    ['that is not valid any more', 'ca', 'ben@noc', ['-V', '20200101:20200102']],
    ['that is not valid yet', 'ca', 'ben@noc', ['-V', '20400101:20400102']],
    ['for another address', 'ca', 'ben@noc', ['-O', 'source-address=192.0.2.0/24']],
    ['with a command', 'ca', 'ben@noc', ['-O', 'force-command=sh']],
    ['with an option that nobody knows', 'ca', 'ben@noc', ['-O', 'critical:new@example.net=1']],
    ['without a terminal', 'ca', 'ben@noc', ['-O', 'no-pty']],
    ['of nobody', 'ca', 'nobody@noc', []],
    ["of a host's kind", 'ca', 'ben@noc', ['-h']],
  ] as const)('by a certificate %s', async ([what, ca, principals, options], context) => {
    needOpenssh(context);
    const identity = certified(`bad-${what.replaceAll(/\W/gu, '-')}`, served.file(ca), principals, ...options);
    const result = await ssh(identity, ['-T']);
    expect(result).toMatchObject({ code: 255, stdout: '' });
    expect(result.stderr).toContain('Permission denied (publickey)');
  });

  test('by a certificate of two operators, who are told', async (context) => {
    needOpenssh(context);
    const screen = open(certified('both', served.file('ca'), 'ben@noc,ana@noc'));
    expect(await screen.ended).toBe(1);
    expect(screen.screen().join(' ').replaceAll(/\s+/gu, ' ')).toContain('stands for more than one operator');
  });

  test('with a command, scp, or a forwarded port', async (context) => {
    needOpenssh(context);
    const identity = certified('asks', served.file('ca'), 'ben@noc');
    const command = await ssh(identity, ['-T'], ['sh']);
    expect(command).toMatchObject({ code: 1, stdout: '' });
    expect(command.stderr).toContain('This server has the console and nothing else');
    const { port: databasePort } = database.settings('app_user');
    const through = await ssh(identity, ['-T', '-W', `127.0.0.1:${databasePort}`]);
    expect(through.stderr).toContain('administratively prohibited');
    const back = await ssh(identity, ['-T', '-N', '-o', 'ExitOnForwardFailure=yes', '-R', '0:127.0.0.1:1']);
    expect(back.stderr).toContain('remote port forwarding failed');
  });
});
