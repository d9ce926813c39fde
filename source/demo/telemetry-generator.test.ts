import { expect, onTestFinished, test, vi } from 'vitest';
import type { HealthSummary } from '../model/health.ts';
import type { Point } from '../model/telemetry.ts';
import { type TelemetryStore, TelemetryUnavailable } from '../telemetry/store.ts';
import { type GeneratedRouter, startTelemetryGenerator } from './telemetry-generator.ts';

const MINUTE = 60_000;
const noon = Date.parse('2026-11-20T12:00:00Z');
const organizationId = '11111111-1111-4111-8111-111111111111';
const routers: GeneratedRouter[] = Array.from({ length: 12 }, (_, index) => ({
  organizationId,
  id: `r${index}`,
  vendor: 'Cisco',
  site: 'ams-1',
  timeZone: 'UTC',
}));

/** A store that remembers what it is given, and can be out of order. */
class RecordingStore implements TelemetryStore {
  readonly kind = 'embedded';
  readonly address = 'nowhere';
  readonly points: Point[] = [];
  newest: ReadonlyMap<string, HealthSummary> = new Map();
  isDown = false;
  onWrite: () => void = () => undefined;

  async write(points: readonly Point[]) {
    if (this.isDown) throw new TelemetryUnavailable('down');
    this.points.push(...points);
    this.onWrite();
    return { accepted: points.length, refused: {} };
  }
  async fleetHealth() {
    return this.newest;
  }
  latest = () => Promise.resolve(new Map());
  coverage = () => Promise.resolve(new Map());
  series = () => Promise.resolve(new Map());
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

/** A generator whose clock stands at noon until it is moved; it looks at it every ten milliseconds or sooner. */
function start(store: RecordingStore) {
  const clock = { now: noon };
  const ending = new AbortController();
  const onError = vi.fn<(error: unknown) => void>();
  const generator = startTelemetryGenerator({
    store,
    routers,
    seed: 7,
    intervalMs: 10,
    onError,
    now: () => clock.now,
    signal: ending.signal,
  });
  onTestFinished(async () => {
    ending.abort();
    await generator.stopped;
  });
  return { clock, ending, onError, ...generator };
}

test('fills the last two hours minute by minute, then goes on', async () => {
  const store = new RecordingStore();
  const { clock, ready } = start(store);
  await ready;
  const past = Array.from({ length: 120 }, (_, index) => noon - (119 - index) * MINUTE);
  expect(store.times()).toEqual(past);
  clock.now += 20;
  await vi.waitFor(() => expect(store.times().at(-1)).toBe(noon + 20));
  expect(store.times()).toHaveLength(121);
});

test('one router has been silent for forty minutes, and stays silent', async () => {
  const store = new RecordingStore();
  const { clock, ready } = start(store);
  await ready;
  clock.now += 20;
  await vi.waitFor(() => expect(store.times().at(-1)).toBe(noon + 20));
  const newest = new Map<string, number>();
  for (const { tags, time } of store.points)
    newest.set(tags.router_id, Math.max(time, newest.get(tags.router_id) ?? 0));
  const silent = [...newest.values()].filter((time) => time < noon + 20);
  expect(silent).toEqual([noon - 40 * MINUTE]);
});

test('fills only what an earlier run left out', async () => {
  const store = new RecordingStore();
  const none = { cpuMean: null, cpuMax: null, cpuLatest: null, memoryMinFree: null, memoryLatestFree: null };
  store.newest = new Map([['r1', { ...none, criticalErrors: 0, samples: 1, newestAt: noon - 5 * MINUTE }]]);
  await start(store).ready;
  expect(store.times()).toEqual([-4, -3, -2, -1, 0].map((minutes) => noon + minutes * MINUTE));
});

test('makes up for an outage', async () => {
  const store = new RecordingStore();
  const { clock, ready, onError } = start(store);
  await ready;
  store.isDown = true;
  clock.now += 3 * MINUTE;
  await vi.waitFor(() => expect(onError.mock.calls.length).toBeGreaterThan(1));
  expect(onError.mock.calls[0]?.[0]).toBeInstanceOf(TelemetryUnavailable);
  clock.now += MINUTE;
  store.isDown = false;
  await vi.waitFor(() => expect(store.times().at(-1)).toBe(noon + 4 * MINUTE));
  expect(store.times().slice(-5)).toEqual([0, 1, 2, 3, 4].map((minutes) => noon + minutes * MINUTE));
});

test('starts while the store is down', async () => {
  const store = new RecordingStore();
  store.isDown = true;
  const { ready, onError } = start(store);
  await vi.waitFor(() => expect(onError).toHaveBeenCalled());
  store.isDown = false;
  await ready;
  expect(store.times()).toHaveLength(120);
});

test('ends when told to, also in the middle of the past', async () => {
  const store = new RecordingStore();
  const { ending, ready, stopped } = start(store);
  store.onWrite = () => ending.abort();
  await Promise.all([ready, stopped]);
  expect(store.times().length).toBeGreaterThan(0);
  expect(store.times().length).toBeLessThan(120);
});
