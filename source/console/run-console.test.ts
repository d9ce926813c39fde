import { afterEach, describe, expect, it, vi } from 'vitest';
import { startConsole, type ConsoleSetup, type RunningConsole } from '../../test/support/console.ts';
import { exampleParts } from '../../test/support/example-console.tsx';

let running: RunningConsole | null = null;

function start(setup: Partial<ConsoleSetup> = {}): RunningConsole['terminal'] {
  running = startConsole({ parts: exampleParts, ...setup });
  return running.terminal;
}

afterEach(async () => {
  await running?.stop();
  running = null;
});

describe('the terminal', () => {
  it('may change its size', async () => {
    const terminal = start({ columns: 120, rows: 40 });
    await terminal.waitFor('influx ●');
    terminal.resize(80, 24);
    await terminal.waitFor((screen) => screen.at(-1)?.includes('? help') === true && screen.at(-2) === '─'.repeat(80));
    expect(terminal.text().match(/netup/gu)).toHaveLength(1);
    terminal.resize(60, 20);
    await terminal.waitFor('needs 80x24, is 60x20');
    terminal.resize(150, 30);
    await terminal.waitFor((screen) => screen.at(-2) === '─'.repeat(150));
    expect(terminal.text()).not.toContain('needs');
  });

  it('is drawn anew with ^L', async () => {
    const terminal = start();
    await terminal.waitFor('influx ●');
    const before = terminal.text();
    terminal.stdout.write('\u001b[5;5Hgarbage from elsewhere');
    await terminal.waitFor('garbage');
    await terminal.press('ctrl+l');
    await terminal.waitForGone('garbage');
    await terminal.waitFor((screen) => screen.join('\n') === before);
  });

  it('gets no frames that would wait before a slow line, and the last state when it has carried the rest', async () => {
    const terminal = start();
    const questions = (): number => terminal.stdout.chunks.filter((chunk) => chunk === '\u001b[5n').length;
    await terminal.waitFor('influx ●');
    await vi.waitFor(() => expect(questions()).toBe(1));
    await terminal.type('\u001b[0n');
    for (let key = 0; key < 30; key += 1) {
      await terminal.press('j');
      await terminal.quiet(5);
    }
    const asked = questions() - 1;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(20);
    await terminal.type('\u001b[0n'.repeat(asked));
    await terminal.waitFor('31 of 100000');
    await vi.waitFor(() => expect(questions()).toBe(asked + 2));
    await terminal.press('q');
    await terminal.type('\u001b[0n');
    expect(await running?.ended).toEqual({ reason: 'quit' });
    expect(terminal.isAlternate).toBe(false);
  });

  it('is given back when the operator quits', async () => {
    const terminal = start();
    await terminal.waitFor('influx ●');
    expect([terminal.isAlternate, terminal.stdin.isRaw]).toEqual([true, true]);
    await terminal.press('q');
    expect(await running?.ended).toEqual({ reason: 'quit' });
    expect([terminal.isAlternate, terminal.stdin.isRaw]).toEqual([false, false]);
  });

  it('is given back after a crash, with a report', async () => {
    const terminal = start();
    await terminal.type('jjjjjjjjjjjjj\r');
    const exit = await running?.ended;
    expect(exit).toMatchObject({ reason: 'crash', reportPath: '/crash/report.txt' });
    expect(running?.crashes[0]?.message).toContain('RouterScreen');
    expect(running?.crashes[0]?.cause).toMatchObject({ message: 'unlucky' });
    expect([terminal.isAlternate, terminal.stdin.isRaw]).toEqual([false, false]);
  });

  it('may go away', async () => {
    const terminal = start();
    await terminal.waitFor('influx ●');
    terminal.stdin.destroy();
    expect(await running?.ended).toEqual({ reason: 'lost-terminal' });
  });

  it('ends the console by a signal', async () => {
    const terminal = start();
    await terminal.waitFor('influx ●');
    process.emit('SIGHUP', 'SIGHUP');
    expect(await running?.ended).toEqual({ reason: 'signal', signal: 'SIGHUP' });
    expect(terminal.isAlternate).toBe(false);
  });
});
