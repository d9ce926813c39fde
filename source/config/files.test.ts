import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { writeCrashReport } from './crash-report.ts';
import { openLog } from './log.ts';
import { packageRoot, version } from './package-root.ts';
import { findPaths, makePrivateFolder } from './paths.ts';
import { openPreferences } from './preferences.ts';
import { secretRemover } from './secrets.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'netup-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const here = (): ReturnType<typeof findPaths> => findPaths({ NETUP_STATE_DIR: folder });
const modeOf = (file: string): number => statSync(file).mode & 0o777;

test('the folders follow NETUP_STATE_DIR, then XDG, then the home', () => {
  expect(here().log).toBe(path.join(folder, 'netup-tui.log'));
  expect(findPaths({ XDG_STATE_HOME: '/s', XDG_CONFIG_HOME: '/c' })).toMatchObject({
    state: '/s/netup-tui',
    config: '/c/netup-tui',
  });
  expect(findPaths({ XDG_STATE_HOME: 'relative' }).state).toMatch(/\.local\/state\/netup-tui$/u);
});

test('a folder that others could enter is closed to them', () => {
  const open = path.join(folder, 'open');
  mkdirSync(open, { mode: 0o755 });
  makePrivateFolder(open);
  expect(modeOf(open)).toBe(0o700);
});

test('a folder that cannot be made is one sentence that names the variable', () => {
  writeFileSync(path.join(folder, 'file'), '');
  expect(() => makePrivateFolder(path.join(folder, 'file', 'below'))).toThrow(/ENOTDIR.*set NETUP_STATE_DIR/u);
});

test('the log is private and has no secrets', () => {
  const log = openLog(here(), 'info', secretRemover({ PG_PASSWORD: 'hunter22' }));
  log.info({ postgres: { password: 'hunter22' }, token: 'hunter22' }, 'opened');
  log.error({ err: new Error('postgres://me:x@db refused hunter22') }, 'failed');
  const text = readFileSync(here().log, 'utf8');
  expect(modeOf(here().log)).toBe(0o600);
  expect(text).not.toContain('hunter22');
  expect(text).toContain('postgres://[secret]@db refused [secret]');
  expect(text.trim().split('\n')).toHaveLength(2);
});

test('a large log is set aside when a program starts', () => {
  for (const round of ['first', 'second']) {
    writeFileSync(here().log, `${round}${' '.repeat(6 * 1024 * 1024)}`);
    openLog(here());
  }
  expect(readFileSync(`${here().log}.1`, 'utf8').trim()).toBe('second');
  expect(readFileSync(`${here().log}.2`, 'utf8').trim()).toBe('first');
  expect(statSync(here().log).size).toBe(0);
});

test('a crash report tells what happened and keeps secrets out', () => {
  const error = new Error('outer \u001b[31m', { cause: new Error('token abcdefgh refused') });
  const file = writeCrashReport(here(), error, {
    command: 'console',
    terminal: { columns: 80, rows: 24 },
    removeSecrets: secretRemover({ INFLUX_TOKEN: 'abcdefgh' }),
    now: new Date(0),
  });
  const text = readFileSync(file ?? '', 'utf8');
  expect(modeOf(file ?? '')).toBe(0o600);
  expect(text).toContain(`netup-tui ${version}, console`);
  expect(text).toContain('80x24');
  expect(text).toContain('outer \\u{1b}[31m');
  expect(text).toContain('caused by:\nError: token [secret] refused');
});

test('only the last ten crash reports are kept, and a folder that cannot be written gives none', () => {
  const context = { command: 'console', terminal: { columns: 1, rows: 1 }, removeSecrets: String };
  for (let day = 0; day < 12; day += 1) writeCrashReport(here(), 'x', { ...context, now: new Date(day * 86_400_000) });
  const reports = readdirSync(folder).toSorted();
  expect(reports).toHaveLength(10);
  expect(reports[0]).toContain('1970-01-03');
  writeFileSync(path.join(folder, 'file'), '');
  const nowhere = findPaths({ NETUP_STATE_DIR: path.join(folder, 'file', 'x') });
  expect(writeCrashReport(nowhere, 'x', { ...context, now: new Date(0) })).toBeNull();
});

test('preferences are remembered, also by two programs at once', () => {
  const [one, other] = [openPreferences(here()), openPreferences(here())];
  one.set('clock', 'site');
  other.set('fleet.sort', { column: 'cpu' });
  const preferences = openPreferences(here());
  expect(preferences.get('clock')).toBe('site');
  expect(preferences.get('fleet.sort')).toEqual({ column: 'cpu' });
  expect(preferences.get('theme')).toBeUndefined();
  expect(modeOf(path.join(folder, 'config', 'preferences.json'))).toBe(0o600);
});

test('spoilt preferences are set aside', () => {
  const file = path.join(folder, 'config', 'preferences.json');
  openPreferences(here()).set('clock', 'site');
  writeFileSync(file, '{"clock": "si');
  const preferences = openPreferences(here());
  expect(preferences.get('clock')).toBeUndefined();
  preferences.set('clock', 'site');
  expect(openPreferences(here()).get('clock')).toBe('site');
  expect(readFileSync(`${file}.spoilt`, 'utf8')).toBe('{"clock": "si');
});

test('preferences that cannot be written last until the program ends', () => {
  writeFileSync(path.join(folder, 'file'), '');
  const preferences = openPreferences(findPaths({ NETUP_STATE_DIR: path.join(folder, 'file', 'x') }));
  preferences.set('clock', 'site');
  expect(preferences.get('clock')).toBe('site');
});

test('the package is found', () => {
  expect(readdirSync(packageRoot)).toContain('sql');
  expect(version).toMatch(/^\d+\.\d+\.\d+/u);
});

test('sets the log aside while it is written, and loses no line', async () => {
  const paths = findPaths({ NETUP_STATE_DIR: path.join(folder, 'busy') });
  const log = openLog(paths);
  const text = 'x'.repeat(100_000);
  for (let number = 0; number < 120; number += 1) {
    log.info({ number }, text);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const numbers = ['.2', '.1', ''].flatMap((end) =>
    readFileSync(`${paths.log}${end}`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line): unknown => z.object({ number: z.number() }).parse(JSON.parse(line)).number),
  );
  expect(numbers).toEqual(Array.from({ length: 120 }, (_, number) => number));
});
