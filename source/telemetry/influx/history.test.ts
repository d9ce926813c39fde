import { Flux } from '@influxdata/flux-lsp-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, recorded, type ReplayServer, startReplay, status } from '../../../test/support/influx-replay.ts';
import { DAY_MS, HOUR_MS, planHistory } from '../history-plan.ts';
import type { TelemetryStore } from '../store.ts';
import { historyQuery, historySources } from './history-query.ts';
import { openInfluxStore } from './influx-store.ts';

const organizationId = '11111111-1111-4111-8111-111111111111';
const now = Date.parse('2026-11-24T12:34:00Z');
const back = (ms: number) => ({ start: now - ms, end: now });

describe('what a history is read from', () => {
  test.each([
    ['cpu', 2 * HOUR_MS, ['readings']],
    ['cpu', 3 * DAY_MS, ['readings', 'hourly']],
    ['memory', 3 * DAY_MS, ['readings']],
    ['cpu', 30 * DAY_MS, ['readings', 'hourly']],
    ['memory', 30 * DAY_MS, ['readings', 'daily']],
    ['cpu', 365 * DAY_MS, ['readings', 'daily', 'monthly']],
  ] as const)('%s over %i ms: %j', (name, length, kinds) => {
    const sources = historySources(name, planHistory(name, back(length), 60, now), now);
    expect(sources.map(({ kind }) => kind)).toEqual(kinds);
    for (const source of sources) {
      const scope = { bucket: 'b', organizationId, window: source.window, routerIds: ['r"1'] };
      expect(new Flux(String(historyQuery(scope, name, source))).is_valid()).toBe(true);
    }
  });

  test('readings begin with the first day of which none has expired', () => {
    const [readings] = historySources('memory', planHistory('memory', back(30 * DAY_MS), 60, now), now);
    expect(new Date(readings?.window.start ?? 0).toISOString()).toBe('2026-11-18T00:00:00.000Z');
  });

  test('of long ago there are no readings to ask for', () => {
    const window = { start: now - 60 * DAY_MS, end: now - 40 * DAY_MS };
    const sources = historySources('memory', planHistory('memory', window, 60, now), now);
    expect(sources.map(({ kind }) => kind)).toEqual(['daily']);
  });
});

describe('answers', () => {
  let server: ReplayServer;
  let store: TelemetryStore;
  beforeAll(async () => {
    server = await startReplay();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    const settings = { url: server.url, token: 't', org: 'noc', bucket: 'mine', batchSize: 2, flushIntervalMs: 5000 };
    store = openInfluxStore(settings, { queryTimeoutMs: 2000, now: () => now });
    return () => store.close().catch(() => undefined);
  });

  const notThere = status(404, {
    code: 'not found',
    message: 'failed to initialize execute state: could not find bucket',
  });
  const history = (days: number) => store.history(organizationId, 'core-1.ams', 'cpu', back(days * DAY_MS), 60);

  /** Answers each bucket in its own way, in whatever order they are asked. */
  function answer(answers: Readonly<Record<string, Answer>>): void {
    server.answer((response, body) => {
      const bucket = Object.keys(answers).find((name) => body.includes(`bucket: \\"${name}\\"`)) ?? '';
      (answers[bucket] ?? status(400, { code: 'invalid', message: `asked for ${body}` }))(response, body);
    });
  }

  test('of the tasks are put together: a router that moved has two rows for an hour', async () => {
    answer({ mine: await recorded('empty.csv'), telemetry_aggregated: await recorded('history-hourly.csv') });
    const { steps, unreadable, keptFrom } = await history(30);
    expect(unreadable).toEqual([]);
    expect(keptFrom).toBe(now - 90 * DAY_MS);
    expect(steps.filter(({ mean }) => mean !== null)).toEqual([
      { start: Date.parse('2026-11-10T00:00:00Z'), mean: 32, min: 10, max: 60.5, sum: 160 },
      { start: Date.parse('2026-11-10T12:00:00Z'), mean: 0, min: 0, max: 0, sum: 0 },
    ]);
  });

  test('without the buckets of the tasks what is there is read, and it is said what is not', async () => {
    answer({ mine: await recorded('empty.csv'), telemetry_aggregated: notThere });
    expect(await history(30)).toMatchObject({ unreadable: ['telemetry_aggregated'], keptFrom: now - 7 * DAY_MS });
    answer({ mine: await recorded('empty.csv'), telemetry_aggregated: notThere, telemetry_historical: notThere });
    const { unreadable } = await history(365);
    expect(unreadable).toEqual(['telemetry_aggregated', 'telemetry_historical']);
  });

  test.each([
    ['its own bucket is not there', { mine: notThere, telemetry_aggregated: notThere }],
    [
      'a bucket of the tasks breaks',
      { telemetry_aggregated: status(500, { code: 'internal error', message: 'broken' }) },
    ],
  ])('it fails where %s', async (_, answers) => {
    answer({ mine: await recorded('empty.csv'), ...answers });
    await expect(history(30)).rejects.toThrow(/InfluxDB at/u);
  });
});
