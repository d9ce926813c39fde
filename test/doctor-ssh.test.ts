import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { run } from '../source/cli/doctor-ssh.ts';
import { missingSshd } from './support/sshd.ts';

const missing = missingSshd();
const fragment = readFileSync(path.join(import.meta.dirname, '..', 'deploy', 'ssh', 'netup-tui.conf'), 'utf8');
const account = userInfo().username;
/** sshd takes programs only from a folder that nobody else can write to, all the way up. */
const folder = missing === null ? mkdtempSync('/var/lib/netup-test-doctor-') : '';
const file = (name: string): string => path.join(folder, name);

beforeAll(() => {
  if (missing !== null) return;
  chmodSync(folder, 0o755);
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file('host')]);
});
afterAll(() => {
  if (missing === null) rmSync(folder, { recursive: true, force: true });
});
beforeEach((context) => {
  if (missing !== null) context.skip(missing);
  writeFileSync(file('netup-tui'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(file('console.env'), 'PG_HOST=db\nPG_USER=console\nPG_PASSWORD=geheim\n', { mode: 0o640 });
  chmodSync(file('console.env'), 0o640);
  chmodSync(folder, 0o755);
});

/** What doctor says of sshd with this in its configuration; an exit code of 1 goes with a failure. */
async function doctor(change: (fragment: string) => string = (same) => same): Promise<readonly string[]> {
  const ours = change(fragment)
    .replace('Match User netup', `Match User ${account}`)
    .replaceAll('/usr/local/bin/netup-tui', file('netup-tui'))
    .replaceAll('/etc/netup-tui/', `${folder}/`);
  writeFileSync(file('sshd_config'), `HostKey ${file('host')}\n${ours}`);
  const stdout = new PassThrough();
  const shell = { env: {}, stdin: process.stdin, stdout, stderr: new PassThrough() };
  const code = await run(['--account', account, '--config', file('sshd_config')], shell);
  const lines = (await text(stdout.end())).split('\n');
  expect(code).toBe(lines.some((line) => line.startsWith('FAIL')) ? 1 : 0);
  expect(lines.join('\n')).not.toContain('geheim');
  return lines.filter((line) => /^(?:ok|warn|FAIL) /u.test(line));
}

test('the shipped fragment is found to be in force', async () => {
  expect((await doctor()).map((line) => line.slice(0, 4))).toEqual(['ok  ', 'ok  ', 'ok  ']);
});

test.each([
  ['ExposeAuthInfo yes', 'ExposeAuthInfo no', /^FAIL {2}sshd +exposeauthinfo is no .*cannot tell who an operator is/u],
  ['DisableForwarding yes', '', /^FAIL {2}sshd +disableforwarding is no .*are forwarded/u],
  ['PermitUserRC no', '', /^FAIL {2}sshd +permituserrc is yes/u],
  [/ForceCommand .*/u, 'ForceCommand /bin/bash', /^FAIL {2}sshd +forcecommand is \/bin\/bash .*get a shell/u],
  [/AuthorizedKeysCommand .*/u, '', /^FAIL {2}sshd +authorizedkeyscommand is none .*no key of an operator/u],
  ['Match User netup', 'Match User another', /^FAIL {2}sshd +forcecommand is none/u],
])('%s, when it is %s, is told of', async (there, instead, told) => {
  expect(await doctor((given) => given.replace(there, instead))).toContainEqual(expect.stringMatching(told));
});

test('a program that others can write, which sshd does not run, is told of with the place', async () => {
  chmodSync(folder, 0o777);
  expect(await doctor()).toContainEqual(
    `FAIL  program       others than root can write ${folder}, so sshd does not run ${file('netup-tui')}`,
  );
  rmSync(file('netup-tui'));
  expect(await doctor()).toContainEqual(expect.stringMatching(/^FAIL {2}program +ENOENT/u));
});

test('a file of variables that is open to others, or lacks the login, is told of', async () => {
  chmodSync(file('console.env'), 0o644);
  expect(await doctor()).toContainEqual(expect.stringMatching(/^FAIL {2}variables .* is open to others: chmod 640/u));
  writeFileSync(file('console.env'), 'PG_HOST=db\n');
  chmodSync(file('console.env'), 0o640);
  expect(await doctor()).toContainEqual(expect.stringMatching(/^FAIL {2}variables .* has no PG_USER, no PG_PASSWORD/u));
});

test('a configuration that sshd does not understand is one sentence', async () => {
  await expect(doctor(() => 'Nonsense yes')).rejects.toThrow(/^sshd cannot say what holds for .*Nonsense/u);
});
