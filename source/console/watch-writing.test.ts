import { afterEach, expect, it } from 'vitest';
import { type RunningConsole, servicesForTest, startConsole } from '../../test/support/console.ts';
import type { Writing } from '../telemetry/spool/read-writing.ts';
import { fleetScreen } from './screens/fleet/screen.tsx';
import { fleetRoute } from './screens/routes.ts';
import { writingNote } from './watch-writing.ts';

const NOW = Date.parse('2026-10-15T14:00:00Z');
const HOUR = 3_600_000;
const quiet: Writing = {
  waiting: 0,
  bytes: 0,
  oldestAt: null,
  inMemory: 0,
  dropped: 0,
  refused: {},
  damaged: 0,
  since: NOW - 100 * HOUR,
  lossAt: null,
  trouble: null,
  abandoned: 0,
};

let running: RunningConsole | undefined;
afterEach(() => running?.stop());

it.each<[string, Partial<Writing>, string | null]>([
  ['nothing', {}, null],
  ['points that wait for the next batch', { waiting: 900, oldestAt: NOW - 4000 }, null],
  ['points that have waited for long', { waiting: 1200, oldestAt: NOW - 61_000 }, 'telemetry: 1,200 points waiting'],
  ['points that the server does not take', { waiting: 1, oldestAt: NOW, trouble: 'x' }, 'telemetry: 1 point waiting'],
  ['points without a writer', { waiting: 5, oldestAt: NOW, abandoned: 5 }, 'telemetry: 5 points waiting'],
  [
    'losses of today',
    { dropped: 3, refused: { a: 1, b: 2000 }, lossAt: NOW - HOUR },
    'telemetry: 3 dropped, 2,001 refused',
  ],
  ['losses of yesterday', { dropped: 3, refused: { a: 1 }, lossAt: NOW - 25 * HOUR }, null],
])('says of %s what there is to say', (_, change, note) => {
  expect(writingNote({ ...quiet, ...change }, NOW)).toBe(note);
});

it('is in the status line of every screen, next to what that says', async () => {
  const writing = (): Promise<Writing> =>
    Promise.resolve({ ...quiet, waiting: 45_000, oldestAt: 1, dropped: 12, lossAt: NOW });
  const { telemetry } = servicesForTest().context;
  running = startConsole({
    parts: { screens: [{ ...fleetScreen, load: () => undefined }], loaders: [], start: () => [fleetRoute.to({})] },
    context: { telemetry: { ...telemetry, writing } },
  });
  const { terminal } = running;
  await terminal.waitFor(/telemetry: 45,000 points waiting, 12 dropped .*\? help/u);
});
