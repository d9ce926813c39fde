import { afterEach, describe, expect, it } from 'vitest';
import { startConsole, type ConsoleSetup, type RunningConsole } from '../../test/support/console.ts';
import { exampleParts, loads } from '../../test/support/example-console.tsx';

let running: RunningConsole | null = null;

function start(setup: Partial<ConsoleSetup> = {}): RunningConsole['terminal'] {
  loads.length = 0;
  running = startConsole({ parts: exampleParts, ...setup });
  return running.terminal;
}

afterEach(async () => {
  await running?.stop();
  running = null;
});

describe('a screen', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('fills a terminal of %i by %i', async (width, height) => {
    const terminal = start({ columns: width, rows: height });
    await terminal.waitFor('pg ● 12ms  influx ● 20ms');
    const screen = terminal.screen();
    expect(screen[0]).toContain('netup  acme ▸ fleet');
    expect(screen[0]).toContain('ana (approver)');
    expect(screen[2]).toMatch(/^ {3}HOSTNAME/u);
    expect(screen[3]).toMatch(/^▌ {2}ams-core-000000 +✔ ready$/u);
    expect(screen[height - 3]).toContain(`ams-core-${String(height - 6).padStart(6, '0')}`);
    expect(screen[height - 2]).toBe('─'.repeat(width));
    expect(screen[height - 1]).toMatch(
      /^ 1 of 100000 +↵ open {2}\/ filter {2}u upgrade {2}: command {2}q quit {2}\? help$/u,
    );
  });

  it('shows the current row by more than colour', async () => {
    const terminal = start();
    await terminal.waitFor('influx ●');
    expect(terminal.screen()[3]).toMatch(/^▌ {2}ams-core-000000/u);
    expect(terminal.styleAt(3, 10).bold).toBe(true);
    expect(terminal.styleAt(4, 10).bold).toBe(false);
    await terminal.type(':cursor row\r');
    await terminal.waitFor(() => terminal.styleAt(3, 40).background !== null);
    expect(terminal.styleAt(4, 40).background).toBeNull();
    await terminal.type(':cursor bar\r');
    await terminal.waitFor(() => terminal.styleAt(3, 40).background === null);
  });
});

describe('keys', () => {
  it('loses none that arrive together', async () => {
    const terminal = start();
    await terminal.type('jjj\r');
    await terminal.waitFor('fleet ▸ ams-core-000003');
  });

  it('gives a field that was just opened the rest of the chunk', async () => {
    const terminal = start();
    await terminal.type('/jams');
    await terminal.waitFor('filter jams');
    expect(terminal.screen().at(-1)).toContain('1 of 100000');
  });

  it('moves by pages and to the ends', async () => {
    const terminal = start();
    await terminal.press('G');
    await terminal.waitFor('100000 of 100000');
    expect(terminal.text()).toContain('▌  ams-core-099999');
    await terminal.press('pgup', 'home', 'pgdn');
    await terminal.waitFor('20 of 100000');
  });

  it('goes up with Esc, and stays at the first screen', async () => {
    const terminal = start();
    await terminal.press('enter');
    await terminal.waitFor('▸ ams-core-000000');
    await terminal.press('esc');
    await terminal.waitForGone('▸ ams-core-000000');
    await terminal.press('esc', 'j');
    await terminal.waitFor('2 of 100000');
  });

  it('never reads a paste as keys', async () => {
    const terminal = start();
    await terminal.paste('qqq');
    await terminal.waitFor('Nothing here takes a paste.');
    await terminal.press('/');
    await terminal.paste('q\nq');
    await terminal.waitFor('filter q q');
  });

  it('says why a command does not work, and what failed', async () => {
    const terminal = start();
    await terminal.press('A');
    await terminal.waitFor('This needs the role admin; you are approver in acme.');
    await terminal.press('F');
    await terminal.waitFor('✖ fail: The database did not answer.');
    await terminal.press('j');
    await terminal.waitForGone('did not answer');
  });

  it('lists what works in the help', async () => {
    const terminal = start({ rows: 40 });
    await terminal.press('?');
    await terminal.waitFor('Keys on fleet');
    expect(terminal.text()).toMatch(/j ↓ +Next row/u);
    expect(terminal.text()).toMatch(/A +admin — This needs the role admin/u);
    await terminal.press('enter');
    await terminal.waitForGone('Keys on fleet');
  });
});

describe('a confirmation', () => {
  it('wants its words typed, not pasted, and keeps everything else away', async () => {
    const terminal = start();
    await terminal.press('u');
    await terminal.waitFor('Type 12 to confirm:');
    await terminal.paste('12');
    await terminal.waitFor('Nothing here takes a paste.');
    await terminal.press('1', 'enter');
    await terminal.waitFor('✖ Type 12 first.');
    await terminal.type('2\r');
    await terminal.waitFor('✔ requested');
    await terminal.waitForGone('Type 12');
    expect(terminal.screen().at(-1)).toContain('1 of 100000');
  });

  it('is not bound in read-only mode', async () => {
    const terminal = start({ context: { readOnly: true } });
    await terminal.waitFor('ana (approver, read-only)');
    expect(terminal.text()).not.toContain('u upgrade');
    await terminal.press('u', 'j');
    await terminal.waitFor('2 of 100000');
    expect(terminal.text()).not.toContain('Type 12');
  });
});

describe('another organization', () => {
  it('starts over there, with what loads and without what was', async () => {
    const terminal = start();
    await terminal.press('j', 'O', 'down', 'enter');
    await terminal.waitFor('globex ▸ fleet');
    expect(terminal.screen()[0]).toContain('ana (viewer)');
    expect(terminal.text()).toContain('1 of 100000');
    expect(loads).toEqual(['+acme', '-', '+globex']);
  });
});
