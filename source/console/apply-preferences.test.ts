import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type RunningConsole, startConsole } from '../../test/support/console.ts';
import { exampleParts } from '../../test/support/example-console.tsx';
import { openPreferences } from '../config/preferences.ts';

let folder = '';
let running: RunningConsole | undefined;

afterEach(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true });
});

function begin(preferences: object | string): RunningConsole['terminal'] {
  folder = mkdtempSync(path.join(tmpdir(), 'netup-preferences-'));
  save(preferences);
  const config = { state: folder, config: folder, log: path.join(folder, 'log') };
  running = startConsole({ parts: exampleParts, context: { preferences: openPreferences(config) }, patience: 10_000 });
  return running.terminal;
}

/** As an editor does: another file in its place. */
function save(preferences: object | string): void {
  const text = typeof preferences === 'string' ? preferences : JSON.stringify(preferences);
  writeFileSync(path.join(folder, 'draft'), text);
  renameSync(path.join(folder, 'draft'), path.join(folder, 'preferences.json'));
}

/** The colour of the operator's name in the header. */
function accent(terminal: RunningConsole['terminal']): number | null {
  return terminal.styleAt(0, (terminal.screen()[0] ?? '').indexOf('ana')).color;
}

describe('the preferences', () => {
  it('choose a theme, which :theme changes and remembers', async () => {
    const terminal = begin({ theme: 'light' });
    await terminal.waitFor('ana (approver)');
    expect(accent(terminal)).toBe(0x00_61_8a);
    await terminal.type(':theme da');
    await terminal.press('tab', 'enter');
    await vi.waitFor(() => expect(accent(terminal)).toBe(0x5f_d7_ff));
    expect(JSON.parse(readFileSync(path.join(folder, 'preferences.json'), 'utf8'))).toMatchObject({ theme: 'dark' });
    await terminal.type(':theme mauve\r');
    await terminal.waitFor('^ the themes are standard, dark, light');
  });

  it('count at once when their file changes, and stay as they were while it is spoilt', async () => {
    const terminal = begin({});
    await terminal.waitFor('ana (approver)');
    save({ theme: 'colour-blind', keys: { 'console.help': ['f'] } });
    await vi.waitFor(() => expect(accent(terminal)).toBe(0x56_b4_e9));
    await terminal.press('f');
    await terminal.waitFor('Keys on');
    await terminal.press('enter');
    save('{ "theme": ');
    await terminal.waitFor('! preferences.json is not JSON now; what was read from it before stays.');
    expect(accent(terminal)).toBe(0x56_b4_e9);
    await terminal.type(':theme light\r');
    await vi.waitFor(() => expect(accent(terminal)).toBe(0x00_61_8a));
    expect(readFileSync(path.join(folder, 'preferences.json.spoilt'), 'utf8')).toBe('{ "theme": ');
  });

  it('that give a key twice leave it where it was, and say so', async () => {
    const terminal = begin({ keys: { 'console.help': ['q'] }, theme: 7 });
    await terminal.waitFor('! console.help cannot have the key q, which console.quit has; it keeps ?.');
    await terminal.press('?');
    await terminal.waitFor('Keys on');
    expect(accent(terminal)).toBe(0x2f_9f_d0);
  });
});
