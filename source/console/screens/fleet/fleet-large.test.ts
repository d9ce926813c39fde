import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningConsole, startConsole } from '../../../../test/support/console.ts';
import { aRouter } from '../../../../test/support/model-examples.ts';
import type { Loader } from '../../application.ts';
import { type FleetRow, fleetOf, fleetProgressSlice } from '../../loaders/fleet.ts';
import type { RowCollection } from '../../state/row-collection.ts';
import { routerScreen } from '../router/screen.tsx';
import { fleetRoute } from '../routes.ts';
import { fleetScreen } from './screen.tsx';

const COUNT = 100_000;
const name = (index: number): string => `r-${String(index).padStart(6, '0')}`;

let rows: RowCollection<FleetRow> | null = null;
let console: RunningConsole;

/** A hundred thousand routers at once, as if they had been read. */
const manyRows: Loader = {
  id: 'many rows',
  start(services) {
    ({ rows } = fleetOf(services));
    rows.upsert(
      Array.from({ length: COUNT }, (_, index) => {
        const router = aRouter({ id: name(index), hostname: name(index), site: index % 2 === 0 ? 'ams' : 'fra' });
        return { router, health: null, readiness: null, policyName: null, cpu: null };
      }),
    );
    services.store.update(fleetProgressSlice, (progress) => ({ ...progress, loading: false }));
  },
};

beforeEach(() => {
  console = startConsole({
    parts: {
      screens: [
        { ...fleetScreen, load: () => undefined },
        { ...routerScreen, load: () => undefined },
      ],
      loaders: [manyRows],
      start: () => [fleetRoute.to({})],
    },
    patience: 20_000,
  });
});
afterEach(() => console.stop());

it('answers keys in their order among 100,000 routers', { timeout: 60_000 }, async () => {
  const { terminal } = console;
  await terminal.waitFor('1 of 100,000');
  await terminal.type('GkkI');
  await terminal.waitFor(/HOSTNAME ▼/u);
  // The router that the keys had chosen is now the third.
  await terminal.waitFor('▌  r-099997');
  await terminal.waitFor('3 of 100,000');
  await terminal.type(`j ${'j'.repeat(5)}`);
  await terminal.waitFor('10 of 100,000 · 1 marked');
  await terminal.type('/r-09999\r');
  // It stays on the router that it was on.
  await terminal.waitFor('10 of 10 ');
  expect(
    terminal
      .screen()
      .slice(3, 13)
      .map((line) => line.slice(3, 11)),
  ).toEqual(Array.from({ length: 10 }, (_, index) => name(99_999 - index)));
  await terminal.press('esc', 'g', 'down', 'enter');
  await terminal.waitFor('fleet ▸ r-099998');
});

it('draws no more rows than fit', { timeout: 60_000 }, async () => {
  const { terminal } = console;
  await terminal.waitFor('1 of 100,000');
  await terminal.waitFor('influx ●');
  const asked = new Set<number>();
  const all = rows;
  if (all === null) throw new Error('The rows are not there.');
  const at = all.at.bind(all);
  all.at = (position) => {
    asked.add(position);
    return at(position);
  };
  await terminal.press('G');
  await terminal.waitFor('100,000 of 100,000');
  await terminal.press('pgup', 'pgup', 'j');
  await terminal.waitFor('99,963 of 100,000');
  // 19 rows fit; it was at the top, at the end and two pages above it.
  expect(asked.size).toBeLessThanOrEqual(19 * 4);
  expect(asked.size).toBeGreaterThan(19);
});
