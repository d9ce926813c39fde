import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../source/cli/commands.ts';

const run = promisify(execFile);
const units = path.join(import.meta.dirname, '..', 'deploy', 'systemd');
const folder = mkdtempSync(path.join(tmpdir(), 'netup-units-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fileOf = (name: string): string => path.join(units, `netup-tui-${name}.service`);
/** The lines that say something, without those that start a program or name files of its own. */
function settingsOf(name: string): readonly string[] {
  return readFileSync(fileOf(name), 'utf8')
    .split('\n')
    .filter((line) => /^\w+=/u.test(line))
    .filter(
      (line) => !/^(?:Description|User|EnvironmentFile|LoadCredential|Environment|StateDirectory|Exec\w+)=/u.test(line),
    );
}

describe.each([
  ['mcp-postgres', 'netup-mcp', /^mcp postgres --http 127\.0\.0\.1:\d+$/u],
  ['mcp-influx', 'netup-mcp', /^mcp influx --http 127\.0\.0\.1:\d+$/u],
  ['collector', 'netup-collector', /^collect$/u],
  ['serve', 'netup-serve', /^serve --host 0\.0\.0\.0 --port 2222$/u],
])('the unit of %s', (unit, account, command) => {
  const text = readFileSync(fileOf(unit), 'utf8');
  const script = (/^ExecStart=\/bin\/sh -c '(?<script>[^']+)'$/mu.exec(text)?.groups?.['script'] ?? '').replaceAll(
    '$$',
    () => '$',
  );
  const program = path.join(folder, 'netup-tui');
  writeFileSync(program, '#!/bin/sh\necho "$*"; env | grep -E "^(PG|INFLUX|NETUP_MCP)_"\n');
  chmodSync(program, 0o755);

  function output(credentials: string): string {
    const env = { PATH: process.env['PATH'], CREDENTIALS_DIRECTORY: credentials };
    const ours = script.replace('/usr/local/bin/netup-tui', program);
    return execFileSync('/bin/sh', ['-c', ours], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }

  it('is as closed as that of the worker', () => {
    // It does not wait for its database by itself.
    const restart = unit === 'serve' ? 'RestartSec=35s' : 'RestartSec=5s';
    expect(settingsOf(unit)).toEqual(settingsOf('worker').map((line) => line.replace('RestartSec=5s', restart)));
    expect(text).toContain(`StateDirectory=netup-tui-${unit}\n`);
    expect(text).toContain(`User=${account}\n`);
  });

  it('starts a command that exists, an MCP server on the loopback', () => {
    const words = /netup-tui (?<words>[a-z ]+[a-z])/u.exec(script)?.groups?.['words'];
    expect(COMMANDS.map((one) => one.words.join(' '))).toContain(words);
    expect(script.split('exec /usr/local/bin/netup-tui ')[1]).toMatch(command);
  });

  it('gives it the secrets of its folder in the environment, and in no argument', () => {
    const secrets = path.join(folder, unit);
    mkdirSync(secrets);
    writeFileSync(path.join(secrets, 'env_PG_PASSWORD'), `a "b" $c 'd'\n`);
    writeFileSync(path.join(secrets, 'env_INFLUX_TOKEN'), 'x=y==\n');
    const [first = '', ...variables] = output(secrets).trimEnd().split('\n');
    expect(first).toMatch(command);
    expect(variables.toSorted()).toEqual(['INFLUX_TOKEN=x=y==', `PG_PASSWORD=a "b" $c 'd'`]);
  });

  it('does not start it without a password', () => {
    expect(() => output(folder)).toThrow('Command failed');
  });

  it('is accepted by systemd', async (context) => {
    const there = await run('systemd-analyze', ['--version']).catch(() => null);
    if (there === null) return context.skip('systemd-analyze is not on PATH');
    const { stdout, stderr } = await run('systemd-analyze', ['verify', fileOf(unit)]);
    expect(stdout + stderr).toBe('');
  });
});
