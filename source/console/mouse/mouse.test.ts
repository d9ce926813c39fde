import { beforeAll, describe, expect, it, vi } from 'vitest';
import { startConsole } from '../../../test/support/console.ts';
import { exampleParts } from '../../../test/support/example-console.tsx';
import { useOperatorConsoles } from '../../../test/support/operator-console.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

beforeAll(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01'], { cpu: 91 });
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02'], { cpu: 12 });
});

/** Places as people count them, from 1. */
const click = (column: number, row: number): string => `\u001b[<0;${column};${row}M\u001b[<0;${column};${row}m`;
const wheel = (button: 64 | 65, times: number): string => `\u001b[<${button};10;10M`.repeat(times);

describe('the mouse', () => {
  it('is off, and then clicks are nothing; on, a click goes to a row, the wheel moves, a title sorts', async () => {
    const terminal = start();
    await terminal.waitFor('1 of 6');
    await terminal.waitFor(/ams-core-01 .*91%/u);
    expect(terminal.mouse).toBe('none');
    await terminal.type(':mouse on\r');
    await vi.waitFor(() => expect(terminal.mouse).toBe('vt200'));
    await terminal.type(click(6, 6));
    await terminal.waitFor('3 of 6');
    expect(terminal.screen()[5]).toMatch(/^▌ {2}ams-edge-02/u);
    // Below the last row, and on the header, there is nothing.
    await terminal.type(click(6, 30) + click(6, 1));
    await terminal.type(click(6, 4));
    await terminal.waitFor('1 of 6');
    await terminal.type(wheel(65, 1));
    await terminal.waitFor('4 of 6');
    await terminal.type(wheel(64, 3));
    await terminal.waitFor('1 of 6');
    const head = terminal.screen()[2] ?? '';
    await terminal.type(click(head.indexOf('CPU') + 2, 3));
    await terminal.waitFor(/CPU 2h ?▼/u);
    await terminal.type(click(head.indexOf('CPU') + 2, 3));
    await terminal.waitFor(/CPU 2h ?▲/u);
    await terminal.type(':mouse off\r');
    await vi.waitFor(() => expect(terminal.mouse).toBe('none'));
  });

  it('scrolls a dialog, confirms nothing, and does nothing while a line is written', async () => {
    const terminal = start({ context: { mouse: true } });
    await terminal.waitFor('1 of 6');
    expect(terminal.mouse).toBe('vt200');
    await terminal.press('?');
    await terminal.waitFor('Keys on fleet');
    await terminal.waitFor('Next row');
    await terminal.type(click(60, 20));
    await terminal.type(wheel(65, 6));
    await terminal.waitForGone('Next row');
    expect(terminal.text()).toContain('Keys on fleet');
    await terminal.press('esc', '/');
    await terminal.type(`edge${wheel(65, 2)}${click(6, 5)}`);
    await terminal.waitFor(/\/edge *$/mu);
    await terminal.press('enter');
    await terminal.waitFor('1 of 2');
  });
});

describe('the mode of the terminal', () => {
  it.each([
    ['quitting', 'q'],
    ['a crash', 'jjjjjjjjjjjjj\r'],
  ])('ends with %s', async (_, keys) => {
    const { terminal, ended } = startConsole({ parts: exampleParts, context: { mouse: true } });
    await vi.waitFor(() => expect(terminal.mouse).toBe('vt200'));
    await terminal.type(keys);
    await ended;
    await vi.waitFor(() => expect(terminal.mouse).toBe('none'));
  });

  it('ends with a signal', async () => {
    const { terminal, ended } = startConsole({ parts: exampleParts, context: { mouse: true } });
    await vi.waitFor(() => expect(terminal.mouse).toBe('vt200'));
    process.emit('SIGTERM', 'SIGTERM');
    await ended;
    await vi.waitFor(() => expect(terminal.mouse).toBe('none'));
  });
});
