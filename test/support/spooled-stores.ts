import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type InfluxStoreOptions, openInfluxStore } from '../../source/telemetry/influx/influx-store.ts';
import type { TelemetryStore } from '../../source/telemetry/store.ts';
import { type Answer, type ReplayServer, startReplay } from './influx-replay.ts';
import { numbersIn, settingsFor } from './written-points.ts';

/** Stores with a spool in a new folder for each test, and a server that answers as told. */
export interface SpooledStores {
  readonly directory: () => string;
  /** Messages of the log. */
  readonly logged: () => readonly string[];
  readonly url: () => string;
  readonly answer: (...answers: readonly Answer[]) => void;
  /** Opens a store that is closed after the test; it tries again only when it is flushed. */
  readonly open: (options?: InfluxStoreOptions, batchSize?: number) => TelemetryStore;
  /** The numbers of the points that the server is sent from here on. */
  readonly watchServer: () => () => number[];
  /** The folders of the writers. */
  readonly writers: () => Promise<string[]>;
}

export function useSpooledStores(): SpooledStores {
  let server: ReplayServer;
  let directory = '';
  let logged: string[] = [];
  let opened: TelemetryStore[] = [];
  beforeAll(async () => {
    server = await startReplay();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'netup-spool-'));
    logged = [];
    opened = [];
  });
  afterEach(async () => {
    await Promise.allSettled(opened.map((store) => store.close()));
    await rm(directory, { recursive: true, force: true });
  });
  const log = {
    info: (_: object, message: string) => logged.push(message),
    warn: (_: object, message: string) => logged.push(message),
  };
  return {
    directory: () => directory,
    logged: () => logged,
    url: () => server.url,
    answer: (...answers) => server.answer(...answers),
    open(options = {}, batchSize = 3) {
      const store = openInfluxStore(settingsFor(server.url, batchSize), {
        spool: { directory, maxBytes: 16 * 1024 * 1024 },
        retryDelayMs: [600_000, 600_000],
        log,
        ...options,
      });
      opened.push(store);
      return store;
    },
    watchServer() {
      const before = server.requests.length;
      return () => server.requests.slice(before).flatMap(({ body }) => numbersIn(body));
    },
    async writers() {
      const [destination = ''] = await readdir(directory);
      const folder = path.join(directory, destination);
      return (await readdir(folder)).map((name) => path.join(folder, name));
    },
  };
}
