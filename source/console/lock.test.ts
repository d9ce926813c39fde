import { afterEach, describe, expect, it } from 'vitest';
import { startConsole, type RunningConsole } from '../../test/support/console.ts';
import { exampleParts } from '../../test/support/example-console.tsx';

let running: RunningConsole | null = null;

afterEach(async () => {
  await running?.stop();
  running = null;
});

function start(idle: { lockAfterMs: number | null; endAfterMs: number | null }): RunningConsole {
  running = startConsole({ parts: exampleParts, context: { idle } });
  return running;
}

describe('a console that nobody uses', () => {
  it('is locked: it shows nothing, and no key does anything but its operator’s name', async () => {
    const { terminal } = start({ lockAfterMs: 1500, endAfterMs: null });
    await terminal.waitFor('ams-core-000000');
    await terminal.press('j');
    await terminal.waitFor('Locked.');
    expect(terminal.text()).not.toMatch(/acme|ana|ams-core/iu);
    await terminal.type('j?uq\r');
    await terminal.waitFor('That is not the name of who uses it.');
    await terminal.press('ctrl+l');
    await terminal.paste('ana');
    await terminal.press('enter');
    expect(terminal.text()).toContain('Locked.');
    await terminal.type('ana\r');
    await terminal.waitFor('ana (approver)');
    expect(terminal.screen().at(-1)).toContain('2 of 100000');
  });

  it('is closed later on, locked or not', async () => {
    const { ended } = start({ lockAfterMs: 1000, endAfterMs: 2000 });
    expect(await ended).toEqual({
      reason: 'ended',
      sentence: 'The console was not used for too long, and was closed.',
    });
  });

  it('can be quit while it is locked', async () => {
    const { terminal, ended } = start({ lockAfterMs: 1, endAfterMs: null });
    await terminal.waitFor('Locked.');
    await terminal.press('ctrl+c');
    expect(await ended).toEqual({ reason: 'quit' });
  });
});
