import { afterAll, beforeAll } from 'vitest';
import type { InfluxSettings } from '../../source/config/settings.ts';
import { startInflux } from './influx-server.ts';

/** An InfluxDB for one test file, or the reason why there is none. */
export interface TestInflux {
  /** Null if there is no server, or not yet. */
  readonly settings: () => InfluxSettings | null;
  /** Why there is none; for `context.skip`. */
  readonly reason: () => string;
}

/**
 * Gives a test file a real InfluxDB 2: the one that NETUP_TEST_INFLUX_URL, _TOKEN, _ORG (and _BUCKET) name, else an `influxd`
 * from PATH on a free port of the loopback, its files in a temporary folder, stopped after the file.
 */
export function useInflux(): TestInflux {
  let settings = settingsFromEnvironment();
  let reason = 'no InfluxDB has been started yet';
  let stop: (() => Promise<void>) | undefined;
  beforeAll(async () => {
    if (settings !== null) return;
    const started = await startInflux();
    if (typeof started === 'string') reason = started;
    else ({ settings, stop } = started);
  });
  afterAll(() => stop?.());
  return { settings: () => settings, reason: () => reason };
}

function settingsFromEnvironment(): InfluxSettings | null {
  const { NETUP_TEST_INFLUX_URL: url, NETUP_TEST_INFLUX_TOKEN: token, NETUP_TEST_INFLUX_ORG: org } = process.env;
  if (url === undefined || token === undefined || org === undefined) return null;
  return {
    url,
    token,
    org,
    bucket: process.env['NETUP_TEST_INFLUX_BUCKET'] ?? 'telemetry',
    batchSize: 1000,
    flushIntervalMs: 5000,
  };
}
