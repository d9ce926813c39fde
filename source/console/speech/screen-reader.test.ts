import { beforeAll, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../test/support/operator-console.ts';
import { useDatabase } from '../../../test/support/postgres.ts';
import { writeSteady } from '../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../test/support/upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);

beforeAll(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-core-01'], { cpu: 91, criticalErrors: 2 });
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02'], { cpu: 12 });
});

/** What draws and does not say anything. */
const DRAWN = /[\u2500-\u259f\u2800-\u28ff]/u;

describe('for a screen reader', () => {
  it('rows and their states are read in order, in words, and notices are announced', async () => {
    const terminal = start({ columns: 100, rows: 30, context: { screenReader: true } });
    await terminal.waitFor(/CPU mean 91 percent, steady/u);
    await terminal.waitFor(/^netup, acme in fleet, ana \(approver\), pg up \d+ms, telemetry up \d+ms$/mu);
    const lines = terminal.screen();
    const at = (text: string): number => lines.findIndex((line) => line.startsWith(text));
    expect(lines[at('Table of 6 rows')]).toBe('Table of 6 rows, sorted by HOSTNAME, ascending');
    const first = at('Row 1 of 6, current: HOSTNAME ams-core-01; SITE ams;');
    expect(first).toBeGreaterThan(0);
    expect(at('Row 2 of 6: HOSTNAME ams-edge-01')).toBeGreaterThan(first);
    expect(terminal.text()).not.toMatch(DRAWN);
    await terminal.press('j');
    await terminal.waitFor('Row 2 of 6, current: HOSTNAME ams-edge-01');
    expect(terminal.text()).not.toContain('Row 1 of 6');
    await terminal.press('k', 'space', 'k');
    await terminal.waitFor('Row 1 of 6, current, marked: HOSTNAME ams-core-01');
    await terminal.press('v');
    await terminal.waitFor(/^Notice: Range begins at ams-core-01/mu);
  });

  it('charts are words, and only the dialog in front is read', async () => {
    const terminal = start({
      columns: 100,
      rows: 30,
      context: { screenReader: true, openAt: { router: 'ams-core-01' } },
    });
    await terminal.waitFor(/CPU, 2 h: last 91%, least 91%, greatest 91%, steady.*; limit 80%/u);
    await terminal.press('C');
    await terminal.waitFor(/ams-core-01: last 91\.0%, least 91\.0%, greatest 91\.0%, steady/u);
    await terminal.press('left', 'left');
    await terminal.waitFor(/ams-core-01: at 20\d\d-.* \d+\.\d%; last/u);
    expect(terminal.text()).not.toMatch(DRAWN);
    await terminal.press('?');
    await terminal.waitFor('Keys on charts of ams-core-01');
    expect(terminal.text()).not.toContain('greatest');
    expect(terminal.text()).not.toMatch(DRAWN);
  });

  it('is kept as a preference for the next start', async () => {
    const kept = new Map<string, unknown>();
    const preferences = {
      get: (key: string) => kept.get(key),
      set: (key: string, value: unknown) => void kept.set(key, value),
    };
    const drawn = start({ context: { preferences } });
    await drawn.waitFor('1 of 6');
    await drawn.type(':screen-reader on\r');
    await drawn.waitFor('From the next start on the console is read in words.');
    const read = start({ context: { preferences } });
    await read.waitFor('Row 1 of 6, current');
    expect(kept.get('screenReader')).toBe(true);
    expect(drawn.text()).toContain('▌');
  });
});
