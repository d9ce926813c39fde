import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RunningConsole, servicesForTest, startConsole } from '../../../../test/support/console.ts';
import { aRouter } from '../../../../test/support/model-examples.ts';
import type { Loader } from '../../application.ts';
import { fleetOf, fleetProgressSlice, fleetRow } from '../../loaders/fleet.ts';
import { liveSlice } from '../../loaders/live-changes.ts';
import type { ConsoleServices } from '../../services.ts';
import { type Connection, connectionsSlice } from '../../state/connections.ts';
import { fleetRoute } from '../routes.ts';
import { asksForChanges } from './live-note.ts';
import { fleetScreen } from './screen.tsx';

let services: ConsoleServices | null = null;
let console: RunningConsole;

const oneRow: Loader = {
  id: 'one row',
  start(given) {
    services = given;
    const fleet = fleetOf(given);
    fleet.rows.upsert([fleetRow(fleet, aRouter(), 0)]);
    given.store.update(fleetProgressSlice, (progress) => ({ ...progress, loading: false }));
  },
};

beforeEach(() => {
  const screens = [{ ...fleetScreen, load: () => undefined }];
  console = startConsole({ parts: { screens, loaders: [oneRow], start: () => [fleetRoute.to({})] } });
});
afterEach(() => console.stop());

function become(given: ConsoleServices, live: 'live' | 'polling', postgres: Connection['state']): void {
  given.store.set(liveSlice, live);
  given.store.update(connectionsSlice, (all) => ({ ...all, postgres: { ...all.postgres, state: postgres } }));
}

it('says that changes appear late while PostgreSQL answers but does not tell of them', async () => {
  const { terminal } = console;
  await terminal.waitFor(/^ 1 router$/mu);
  if (services === null) throw new Error('the loader has not started');
  become(services, 'polling', 'up');
  await terminal.waitFor(/^ 1 router · changes appear late$/mu);
  become(services, 'live', 'up');
  await terminal.waitFor(/^ 1 router$/mu);
});

it('leaves an outage to the header', () => {
  const given = servicesForTest();
  become(given, 'polling', 'down');
  expect(asksForChanges(given)).toBe(false);
  become(given, 'polling', 'up');
  expect(asksForChanges(given)).toBe(true);
});
