import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../source/cli/commands.ts';
import { useCli } from './support/cli.ts';

const run = promisify(execFile);
const cli = useCli();
const script = path.join(cli.folder, 'netup-tui');
const texts = new Map<string, string>();

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish', 'man']) {
    const { code, stdout, stderr } = await cli.run(['completion', shell]);
    if (code !== 0) throw new Error(stderr);
    texts.set(shell, stdout);
  }
  writeFileSync(script, texts.get('bash') ?? '');
});

/** What bash offers after these words, the last of them unfinished. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const list = words.map((word) => `'${word}'`).join(' ');
  const asking = `. '${script}'; COMP_WORDS=(netup-tui ${list}); COMP_CWORD=${words.length}; _netup_tui; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '-uc', asking]);
  return stdout.split('\n').filter((word) => word !== '');
}

test('bash completes commands word by word, and their flags', async () => {
  expect(await offered('wor')).toEqual(['worker']);
  expect(await offered('cred')).toEqual(['credentials']);
  expect(await offered('credentials', '')).toEqual(['add', 'list', 'remove', 'rotate-key']);
  expect(await offered('worker', '--')).toEqual(['--slots', '--metrics', '--once', '--help']);
  expect(await offered('upgrades', 'show', '42', '--j')).toEqual(['--json']);
  expect(await offered('worker', '--metrics', '--on')).toEqual(['--once']);
  expect(await offered('no-such', 'x')).toEqual([]);
});

test('no script and no page leaves a command out', () => {
  const { bash, zsh, fish, man } = Object.fromEntries(texts);
  for (const { words } of COMMANDS.filter(({ words: all }) => all.length > 0)) {
    const name = words.join(' ');
    expect(bash).toContain(`    '${name}') words=`);
    expect(zsh).toContain(`    '${name}') next=(`);
    expect(fish).toContain(`'${name}'`);
    expect(man).toContain(`.B netup\\-tui ${name.replaceAll('-', '\\-')}`);
  }
});

test.for([
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
] as const)('the script for %s can be read by it', async ([shell, flags], context) => {
  const file = `${script}.${shell}`;
  writeFileSync(file, texts.get(shell) ?? '');
  const there = await run(shell, ['--version']).catch(() => null);
  if (there === null) return context.skip(`no ${shell} is installed`);
  expect(await run(shell, [...flags, file])).toMatchObject({ stderr: '' });
});

test('the page is one that groff has no complaint about', async (context) => {
  const page = `${script}.1`;
  writeFileSync(page, texts.get('man') ?? '');
  const there = await run('groff', ['--version']).catch(() => null);
  if (there === null) return context.skip('no groff is installed');
  const { stdout, stderr } = await run('groff', ['-man', '-Tascii', '-ww', '-P-c', page], { maxBuffer: 1e7 });
  expect(stderr).toBe('');
  // Bold is a letter, a step back, and the letter again.
  expect(stdout.replaceAll(/.\u0008/gu, '')).toMatch(/netup-tui worker\n/u);
});

test('an unknown shell is refused in one sentence', async () => {
  expect(await cli.run(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/none of bash/u),
  });
});
