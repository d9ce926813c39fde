import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../source/cli/commands.ts';
import { useCli } from './support/cli.ts';

const root = path.join(import.meta.dirname, '..');
const cli = useCli();

describe('help', () => {
  test('of the program names every command', async () => {
    const { code, stdout } = await cli.run(['--help']);
    expect(code).toBe(0);
    for (const { usage } of COMMANDS) expect(stdout).toContain(`  netup-tui ${usage}`.trimEnd());
    expect((await cli.run(['help'])).stdout).toBe(stdout);
  });

  test.each(COMMANDS.map(({ words, usage }) => [words.join(' '), usage] as const))(
    'of "%s" is there',
    async (name, usage) => {
      const words = name === '' ? [] : name.split(' ');
      const { code, stdout, stderr } = await cli.run([...words, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Usage: netup-tui ${usage}`.trimEnd());
      const asked = await cli.run(name === '' ? ['--help'] : ['help', ...words]);
      expect(asked.stdout).toContain(name === '' ? 'netup-tui' : stdout);
    },
  );

  test('of a command goes before what is wrong with the rest of the line', async () => {
    expect((await cli.run(['router', 'set', '--nonsense', '--help'])).code).toBe(0);
  });
});

test('the version is that of package.json', async () => {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  expect(await cli.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

describe('a command line that is wrong', () => {
  test.each([
    [['doktor'], 'There is no command "doktor". Did you mean "doctor"?'],
    [['router', 'chekc', 'r1'], 'There is no command "router chekc". Did you mean "router check"?'],
    [['xyzzy'], 'There is no command "xyzzy". See netup-tui --help.'],
    [['\u001b[31mred'], 'There is no command "\\u{1b}[31mred".'],
    [['migrate', '--dry-rum'], 'netup-tui migrate has no flag "--dry-rum". Did you mean "--dry-run"?'],
    [['doctor', '-j'], 'netup-tui doctor has no flag "-j".'],
    [['--jsn'], 'netup-tui has no flag "--jsn".'],
    [['doctor', 'now'], 'netup-tui doctor: "now" is one argument too many.'],
    [['router', 'set'], 'netup-tui router set: HOST is missing.'],
    [['router', 'set', 'r1'], 'nothing to change'],
    [['router', 'set', 'r1', '--target'], '--target needs a value: --target VERSION.'],
    [['router', 'set', 'r1', '--target', '1', '--no-target'], 'contradict each other'],
    [['router', 'set', 'r1', '--no-target'], '--reason TEXT is needed'],
    [
      ['router', 'set', 'r1', '--status', 'up', '--reason', 'x'],
      '"up" is no status; it is one of active, maintenance, offline',
    ],
    [['router', 'set', 'r1', '--status', 'retired', '--reason', 'x'], 'netup-tui router retire'],
    [['router', 'set', 'r1', '--target', '1', '--target', '2'], '--target can only be set once'],
    [['router', 'retire', 'r1'], '--reason TEXT is needed'],
    [['upgrade', 'r1'], '"r1" is not the number of an upgrade, such as 42.'],
  ])('%j is one sentence and exit code 2', async (argv, sentence) => {
    const { code, stdout, stderr } = await cli.run(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('surroundings that are wrong', () => {
  test('every bad variable is told at once, without values of secrets', async () => {
    const env = {
      PG_PORT: 'many',
      PG_PASSWORD: 'hunter2\n',
      INFLUX_URL: 'http://u:hunter3@h',
      NETUP_STATE_DIR: cli.folder,
    };
    const { code, stderr } = await cli.run(['migrate'], env);
    expect(code).toBe(1);
    expect(stderr).toContain('PG_PORT="many" is not a whole number from 1 to 65535, for example PG_PORT=5432.');
    expect(stderr.split('\n').filter(Boolean)).toHaveLength(4);
    expect(stderr).not.toContain('hunter');
  });

  test('a database that does not answer, and a program that was never set up', async () => {
    const set = await cli.run(['router', 'set', 'r1', '--no-target', '--reason', 'x'], {
      PG_HOST: '127.0.0.1',
      PG_PORT: '1',
    });
    expect(set).toMatchObject({ code: 1, stderr: 'PostgreSQL at 127.0.0.1:1 does not answer (ECONNREFUSED).\n' });
    // Every other port of a new machine is closed too; 5432 may not be.
    const never = await cli.run(['doctor'], { PG_PORT: '1' });
    expect(never).toMatchObject({ code: 1, stderr: '' });
    expect(never.stdout).toMatch(/FAIL {2}postgresql {4}PostgreSQL at 127\.0\.0\.1:1 does not answer/u);
    expect(never.stdout).toMatch(/FAIL {2}telemetry/u);
  });

  test('a console without a terminal', async () => {
    const { code, stderr } = await cli.run([], { PG_PORT: '1' });
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('migrate without an administrator', async () => {
    const { code, stderr } = await cli.run(['migrate']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^netup-tui migrate needs the administrator of the database: set PG_ADMIN_USER/u);
  });

  test('a variable that is misspelt is noticed', async () => {
    const { stdout } = await cli.run(['doctor', '--json'], { NETUP_OPERATER: 'ana', PG_PORT: '1' });
    const { ok, findings } = JSON.parse(stdout);
    expect(ok).toBe(false);
    expect(findings).toContainEqual({
      check: 'variables',
      state: 'warn',
      found: 'NETUP_OPERATER means nothing here.',
      advice: 'Did you mean "NETUP_OPERATOR"?',
    });
  });

  test('a state folder that cannot be made', async () => {
    const file = path.join(cli.folder, 'file');
    writeFileSync(file, '');
    const { code, stderr } = await cli.run(['router', 'retire', 'r1', '--reason', 'x'], {
      NETUP_STATE_DIR: `${file}/state`,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The folder .* cannot be made .*; set NETUP_STATE_DIR to a folder of yours\.\n$/u);
  });
});

test('a reader that closes the pipe early is no failure', () => {
  const bin = path.join(root, 'bin', 'netup-tui.js');
  const script = `set -o pipefail; "$0" "$1" doctor --json | true; "$0" "$1" --help | head -c 1`;
  const env = { PATH: process.env['PATH'], HOME: cli.folder, PG_PORT: '1' };
  const output = execFileSync('bash', ['-c', `${script} 2>&1`, process.execPath, bin], { env, encoding: 'utf8' });
  expect(output).toBe('n');
});

describe('bin/netup-tui.js', () => {
  test('tells an old Node which one is needed', () => {
    const text = readFileSync(path.join(root, 'bin', 'netup-tui.js'), 'utf8');
    const old = text.replace('process.versions.node.split', `'20.20.2'.split`);
    expect(old).not.toBe(text);
    const file = path.join(cli.folder, 'old.mjs');
    writeFileSync(file, old);
    const script = `'${process.execPath}' '${file}' --version 2>&1; echo "exit $?"`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toMatch(
      /^netup-tui needs Node\.js 22\.18 or newer.*\nexit 1\n$/u,
    );
  });

  test('says so where the program is not built', () => {
    const folder = path.join(cli.folder, 'unbuilt');
    mkdirSync(folder);
    cpSync(path.join(root, 'bin'), path.join(folder, 'bin'), { recursive: true });
    cpSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
    const script = `'${process.execPath}' bin/netup-tui.js --version 2>&1; echo "exit $?"`;
    const output = execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
    expect(output).toBe('netup-tui is not built yet: run `npm run build` in its folder first.\nexit 1\n');
  });

  test('starts through a link, as npm installs it', () => {
    const link = path.join(cli.folder, 'netup-tui');
    symlinkSync(path.join(root, 'bin', 'netup-tui.js'), link);
    expect(execFileSync(process.execPath, [link, '--version'], { encoding: 'utf8' })).toMatch(/^\d/u);
  });
});

test('the bundle has the licences of what is in it', () => {
  const text = readFileSync(path.join(root, 'dist', 'LICENSES.txt'), 'utf8');
  for (const name of ['ink', 'react', 'postgres', 'ssh2', 'zod'])
    expect(text).toMatch(new RegExp(`^${name} \\d`, 'mu'));
  expect(readdirSync(path.join(root, 'dist'))).toContain('main.js');
});
