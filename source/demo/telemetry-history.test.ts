import { expect, onTestFinished, test, vi } from 'vitest';
import type { Point, Series } from '../model/telemetry.ts';
import { type TelemetryStore, TelemetryUnavailable } from '../telemetry/store.ts';
import { fillTelemetry } from './telemetry-history.ts';

const MINUTE = 60_000;
const noon = Date.parse('2026-11-20T12:00:00Z');
const organizationId = '11111111-1111-4111-8111-111111111111';
const tags = { organization: organizationId, router_id: 'r1', vendor: 'Cisco', site: 'ams-1' };

/** A store that remembers what it is given, and can be out of order. */
class RecordingStore implements TelemetryStore {
  readonly kind = 'embedded';
  readonly address = 'nowhere';
  readonly points: Point[] = [];
  /** Minutes before noon that it has readings of. */
  known: readonly number[] = [];
  isDown = false;
  onWrite: () => void = () => undefined;

  async write(points: readonly Point[]) {
    if (this.isDown) throw new TelemetryUnavailable('down');
    this.points.push(...points);
    this.onWrite();
    return { accepted: points.length, refused: {} };
  }
  latest = () => Promise.resolve(new Map());
  coverage = () => Promise.resolve(new Map());
  async series(): Promise<ReadonlyMap<string, Series>> {
    const values = Array.from({ length: 120 }, (_, index) => (this.known.includes(120 - index) ? 20 : null));
    return new Map([['r1', { start: noon - 120 * MINUTE, stepMs: MINUTE, values }]]);
  }
  fleetHealth = () => Promise.resolve(new Map());
  history = () => Promise.resolve({ steps: [], end: 0, keptFrom: 0, unreadable: [] });
  health = () => Promise.resolve(null);
  interfaces = () => Promise.resolve([]);
  sensors = () => Promise.resolve([]);
  upgradeProgress = () => Promise.resolve([]);
  validations = () => Promise.resolve([]);
  flush = () => Promise.resolve();
  ping = () => Promise.resolve(1);
  close = () => Promise.resolve();

  times(): number[] {
    return [...new Set(this.points.filter(({ measurement }) => measurement === 'cpu').map(({ time }) => time))];
  }
}

/** Fills what is missing before noon. */
function fill(store: RecordingStore) {
  const ending = new AbortController();
  const onError = vi.fn<(error: unknown) => void>();
  const filled = fillTelemetry({
    store,
    probes: [{ organizationId, routerId: 'r1' }],
    routers: 300,
    pointsAt: (time) => [{ measurement: 'cpu', tags, time, fields: { usage_percent: 20 } }],
    until: noon + 2000,
    againMs: 5,
    onError,
    signal: ending.signal,
  });
  onTestFinished(() => ending.abort());
  return { ending, onError, filled };
}

const ALL = Array.from({ length: 120 }, (_, index) => 120 - index);

function minutesBefore(...minutes: readonly number[]): number[] {
  return minutes.map((minute) => noon - minute * MINUTE);
}

test('fills the two hours before it minute by minute, the newest first', async () => {
  const store = new RecordingStore();
  await fill(store).filled;
  expect(store.times()).toEqual(minutesBefore(...ALL).toReversed());
});

test('fills only what earlier runs left out', async () => {
  const store = new RecordingStore();
  store.known = ALL.filter((minutes) => ![100, 50, 49, 2, 1].includes(minutes));
  await fill(store).filled;
  expect(store.times()).toEqual(minutesBefore(1, 2, 49, 50, 100));
  const full = new RecordingStore();
  full.known = ALL;
  await fill(full).filled;
  expect(full.times()).toEqual([]);
});

test('waits for a store that is down', async () => {
  const store = new RecordingStore();
  store.isDown = true;
  const { filled, onError } = fill(store);
  await vi.waitFor(() => expect(onError).toHaveBeenCalled());
  expect(onError.mock.calls[0]?.[0]).toBeInstanceOf(TelemetryUnavailable);
  store.isDown = false;
  await filled;
  expect(store.times()).toHaveLength(120);
});

test('ends when told to, also in the middle', async () => {
  const store = new RecordingStore();
  const { ending, filled } = fill(store);
  store.onWrite = () => ending.abort();
  await filled;
  expect(store.times().length).toBeGreaterThan(0);
  expect(store.times().length).toBeLessThan(120);
});
