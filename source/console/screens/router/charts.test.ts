import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../../../../test/support/cutting-proxy.ts';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { storePastEmbedded } from '../../../../test/support/past-telemetry.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import type { Point } from '../../../model/telemetry.ts';
import { type Database, openDatabase } from '../../../postgres/database.ts';
import { openEmbeddedStore } from '../../../telemetry/embedded/embedded-store.ts';
import type { TelemetryStore } from '../../../telemetry/store.ts';

const DAY = 24 * 3_600_000;
const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
const openAt = { router: 'ams-edge-01' };

beforeAll(async () => {
  const { telemetry, seed } = world();
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01'], { cpu: 12, freeMemory: 70 });
  const tags = { router_id: 'ams-edge-01', organization: seed.acme.id, vendor: 'Juniper', site: 'ams' };
  const now = Date.now();
  const points = Array.from({ length: 40 }, (_, index) => now - (5 + index / 4) * DAY).flatMap((time): Point[] => [
    { measurement: 'cpu', tags, time, fields: { usage_percent: 30 } },
    { measurement: 'cpu', tags, time: time + 1, fields: { usage_percent: 90 } },
    { measurement: 'memory', tags, time, fields: { free_percent: 50 } },
  ]);
  await storePastEmbedded(support.admin, points);
});

/** The rows of the charts, from frame to frame. */
function charts(screen: readonly string[]): readonly string[] {
  const [top, bottom] = ['┌ CPU', '└'].map((corner) => screen.findIndex((line) => line.startsWith(corner)));
  return screen.slice(top, (bottom ?? 0) + 1);
}

describe('the charts', () => {
  it('change their window by a key, and say which it is, what a step is, and where it begins', async () => {
    const terminal = start({ context: { openAt } });
    await terminal.waitFor(/┌ CPU, 2 h ─+ limit 80% ┐┌ free memory, 2 h ─+ minimum 20% ┐/u);
    await terminal.waitFor(/└ \d\d:\d\d CES?T ─+ \d\d:\d\d CES?T ┘/u);
    expect(terminal.screen().at(-1)).toContain('w window');
    await terminal.press('w');
    await terminal.waitFor(/┌ CPU, 30 d by 12 h ─+ limit 80% ┐┌ free memory, 30 d by 1 d ─+ minimum 20% ┐/u);
    const from = new Date(Date.now() - 30 * DAY).toISOString().slice(0, 10);
    await terminal.waitFor(new RegExp(`└ ${from} UTC ─+ now ┘└ ${from} UTC ─+ now ┘`, 'u'));
    // The mean of 30% and 90% is the line, and both are the ends of the band behind it.
    const shown = charts(terminal.screen());
    expect(shown.find((line) => line.startsWith('│  60% ┤'))).toMatch(/┤ +[─╭╮╰╯]{10}/u);
    expect(shown.filter((line) => /░{10}/u.test(line)).length).toBeGreaterThan(2);
    await terminal.press('w');
    await terminal.waitFor('CPU, 1 y by month');
    const kept = new Date(Date.now() - 30 * DAY - 2 * 3_600_000).toISOString().slice(0, 10);
    await terminal.waitFor(
      new RegExp(`└ no data older than ${kept} ─+ now ┘└ no data older than ${kept} ─+ now ┘`, 'u'),
    );
    await terminal.press('w');
    await terminal.waitFor(/┌ CPU, 2 h ─+ limit 80% ┐/u);
    await terminal.waitFor(/└ \d\d:\d\d CES?T ─+ \d\d:\d\d CES?T ┘/u);
  });

  it('fit into 80 by 24', async () => {
    const terminal = start({ columns: 80, rows: 24, context: { openAt } });
    await terminal.waitFor(/└ \d\d:\d\d CES?T ─+ \d\d:\d\d CES?T ┘/u);
    await terminal.press('w', 'w');
    await terminal.waitFor(/┌ CPU, 1 y ─+ limit 80% ┐┌ free memory, 1 y ─+ minimum 20% ┐/u);
    await terminal.waitFor(
      /└ no data older than 20\d\d-\d\d-\d\d ─+ now ┘└ no data older than 20\d\d-\d\d-\d\d ─+ now ┘/u,
    );
    expect(charts(terminal.screen()).map((line) => line.length)).toEqual(charts(terminal.screen()).map(() => 80));
    await terminal.press('w', 'w');
    await terminal.waitFor(/┌ CPU, 30 d ─+ limit 80% ┐/u);
    await terminal.waitFor(/└ 20\d\d-\d\d-\d\d UTC ─+ now ┘/u);
  });

  it('keep their window from router to router', async () => {
    const terminal = start();
    await terminal.waitFor(/ams-edge-01 .*✔ ready/u);
    await terminal.press('j', 'enter', 'w');
    await terminal.waitFor('CPU, 30 d by 12 h');
    await terminal.press('esc');
    await terminal.waitFor('2 of 6');
    await terminal.press('j', 'enter');
    await terminal.waitFor(/CPU, 30 d.*free memory, 30 d/u);
    await terminal.waitFor(/no data in the last 30 d.*no data in the last 30 d/u);
  });

  it('draw nothing when nothing has changed', async () => {
    const { store, asked } = counted(world().telemetry);
    const now = new Date();
    const terminal = start({ context: { openAt, telemetry: store, now: () => now } });
    await terminal.press('w');
    await terminal.waitFor(/└ 20\d\d-\d\d-\d\d UTC ─+ now ┘/u);
    await terminal.waitFor('AUDIT      nothing yet');
    await terminal.waitFor(/decision: . \w+/u);
    const before = charts(terminal.screen());
    const reads = asked();
    const written = terminal.stdout.chunks.length;
    await readAgain();
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(reads), { timeout: 30_000 });
    expect(terminal.stdout.chunks.slice(written).filter((chunk) => /[┌└░]/u.test(chunk))).toEqual([]);
    expect(charts(terminal.screen())).toEqual(before);
  });
});

describe('without telemetry', () => {
  let proxy: CuttingProxy;
  let database: Database;
  beforeEach(async () => {
    proxy = await startCuttingProxy(support.settings('app_user'));
    database = openDatabase({ ...support.settings('app_user'), port: proxy.port });
  });
  afterEach(async () => {
    await database.close();
    await proxy.stop();
  });

  it('they stay with their age, and another window says that there is no answer', { timeout: 60_000 }, async () => {
    const terminal = start({ context: { telemetry: openEmbeddedStore(database), openAt } });
    await terminal.waitFor(/└ \d\d:\d\d CES?T ─+ \d\d:\d\d CES?T ┘/u);
    await proxy.cut();
    await readAgain();
    await terminal.waitFor(/CPU, 2 h, as of \d+ s ago/u);
    await terminal.press('w');
    await terminal.waitFor(/telemetry does not answer.*telemetry does not answer/u);
    expect(terminal.text()).toMatch(/CPU, 30 d ─/u);
    await proxy.mend();
    await terminal.waitFor(/└ 20\d\d-\d\d-\d\d UTC ─+ now ┘/u);
    await terminal.waitForGone('does not answer');
  });
});

/** Has the console read everything at once: it does when its connection for notifications is lost. */
async function readAgain(): Promise<void> {
  const ended = await support.admin`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query ILIKE 'listen%'`;
  expect(ended.length).toBeGreaterThan(0);
}

/** The store, and how often a history was asked of it. */
function counted(store: TelemetryStore): { readonly store: TelemetryStore; readonly asked: () => number } {
  let count = 0;
  const history: TelemetryStore['history'] = (...question) => {
    count += 1;
    return store.history(...question);
  };
  return {
    asked: () => count,
    store: new Proxy(store, {
      get(target, key) {
        if (key === 'history') return history;
        const member: unknown = Reflect.get(target, key);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    }),
  };
}
