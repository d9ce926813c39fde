import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../source/cli/commands.ts';

const run = promisify(execFile);
const file = path.join(import.meta.dirname, '..', 'deploy', 'systemd', 'netup-tui-worker.service');

/** `Section.Key` and its values, in their order. */
const settings = new Map<string, string[]>();
let section = '';
for (const line of readFileSync(file, 'utf8').split('\n')) {
  const [, name] = /^\[(\w+)\]$/u.exec(line) ?? [];
  const [, key, value] = /^(\w+)=(.*)$/u.exec(line) ?? [];
  if (name !== undefined) section = name;
  else if (key !== undefined && value !== undefined) {
    settings.set(`${section}.${key}`, [...(settings.get(`${section}.${key}`) ?? []), value]);
  } else if (line !== '' && !line.startsWith('#')) throw new Error(`What is this in ${file}? ${line}`);
}

const scripts = ['ExecStartPre', 'ExecStart'].map((key) => scriptOf(settings.get(`Service.${key}`)?.[0] ?? ''));

/** What the shell is given, after systemd has made $ of $$. */
function scriptOf(line: string): string {
  const script = /^\/bin\/sh -c '(?<script>[^']+)'$/u.exec(line)?.groups?.['script'];
  if (script === undefined || /(?<!\$)\$(?:\$\$)*(?!\$)/u.test(script))
    throw new Error(`systemd would fill in: ${line}`);
  return script.replaceAll('$$', () => '$');
}

describe('the unit of the worker', () => {
  test.each([
    ['Unit.After', 'network-online.target postgresql.service'],
    ['Service.Type', 'exec'],
    ['Service.User', 'netup-worker'],
    ['Service.LoadCredential', 'env:/etc/netup-tui/worker-secrets'],
    ['Service.StateDirectory', 'netup-tui-worker'],
    ['Service.StateDirectoryMode', '0700'],
    ['Service.Restart', 'on-failure'],
    ['Service.NoNewPrivileges', 'yes'],
    ['Service.CapabilityBoundingSet', ''],
    ['Service.ProtectSystem', 'strict'],
    ['Service.ProtectHome', 'yes'],
    ['Service.PrivateTmp', 'yes'],
    ['Service.RestrictAddressFamilies', 'AF_INET AF_INET6 AF_UNIX'],
    ['Service.SystemCallFilter', '@system-service'],
    ['Install.WantedBy', 'multi-user.target'],
  ])('has %s=%s', (key, value) => {
    expect(settings.get(key)).toEqual([value]);
  });

  test('leaves out what the JavaScript engine cannot run with', () => {
    expect(settings.has('Service.MemoryDenyWriteExecute')).toBe(false);
  });

  test('keeps its state where systemd lets it write', () => {
    expect(settings.get('Service.Environment')?.join(' ')).toContain('NETUP_STATE_DIR=%S/netup-tui-worker');
  });

  test('runs commands that exist', () => {
    const commands = scripts.map((script) => script.split('exec /usr/local/bin/netup-tui ')[1]);
    expect(commands).toEqual(['audit key create', 'worker']);
    const known = COMMANDS.map(({ words }) => words.join(' '));
    expect(commands.filter((command) => command === undefined || !known.includes(command))).toEqual([]);
  });

  test('is accepted by systemd', async (context) => {
    const there = await run('systemd-analyze', ['--version']).catch(() => null);
    if (there === null) return context.skip('systemd-analyze is not on PATH');
    const { stdout, stderr } = await run('systemd-analyze', ['verify', file]);
    expect(stdout + stderr).toBe('');
  });
});

describe('the scripts of the unit', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'netup-systemd-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const program = path.join(folder, 'netup-tui');
  writeFileSync(program, '#!/bin/sh\necho "$*: $PG_PASSWORD$INFLUX_TOKEN"\n');
  chmodSync(program, 0o755);

  function output(script: string | undefined): string {
    const env = {
      PATH: process.env['PATH'],
      NETUP_STATE_DIR: folder,
      CREDENTIALS_DIRECTORY: path.join(folder, 'secrets'),
    };
    const ours = script?.replace('/usr/local/bin/netup-tui', program) ?? '';
    return execFileSync('/bin/sh', ['-c', ours], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  }

  test('do not start the worker without its password', () => {
    expect(() => output(scripts[1])).toThrow('Command failed');
  });

  test('start it with the secrets of the files in its environment, and in no argument', () => {
    mkdirSync(path.join(folder, 'secrets'));
    writeFileSync(path.join(folder, 'secrets', 'env_PG_PASSWORD'), `a "b" $c 'd'\n`);
    expect(output(scripts[1])).toBe(`worker: a "b" $c 'd'\n`);
    writeFileSync(path.join(folder, 'secrets', 'env_INFLUX_TOKEN'), ' t==');
    expect(output(scripts[1])).toBe(`worker: a "b" $c 'd' t==\n`);
  });

  test('make a key where there is none', () => {
    expect(output(scripts[0])).toBe('audit key create: \n');
    writeFileSync(path.join(folder, 'audit-key'), '');
    expect(output(scripts[0])).toBe('');
  });
});
