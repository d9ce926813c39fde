import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Collector } from '../collectors/collector.ts';
import { collectorParts } from '../collectors/collector-parts.ts';
import { INTERVALS, type Intervals } from '../collectors/schedule/scheduled-router.ts';
import { targetKey } from '../collectors/target-key.ts';
import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { version } from '../config/package-root.ts';
import type { Database } from '../postgres/database.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import { demoKeyVariables } from './demo-environment.ts';
import type { DemoRouter } from './demo-routers.ts';
import type { DemoSecrets } from './demo-secrets.ts';

/** Figures move before one's eyes; the log is read seldom, since each look is a login whose both ends are here. */
const DEMO_INTERVALS: Intervals = {
  ...INTERVALS,
  health: 15_000,
  interfaces: 60_000,
  errors: 600_000,
  facts: 300_000,
};
const AT_ONCE = 8;
const TIMEOUT_MS = 30_000;

export interface DemoCollectorOptions {
  /** Logged in as the worker. */
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  readonly secrets: DemoSecrets;
  readonly routers: readonly DemoRouter[];
  readonly onError: (error: unknown) => void;
}

/**
 * Does what `netup-tui collect` does, in this process, for the simulated devices: other routers that somebody puts into the demo's inventory have
 * addresses in the real world, and are not asked. Returns what stops it.
 */
export async function startDemoCollector(options: DemoCollectorOptions): Promise<() => Promise<void>> {
  const { database, telemetry, secrets, routers, onError } = options;
  const simulated = new Set(routers.map(({ organizationId, id }) => targetKey({ organizationId, routerId: id })));
  const parts = collectorParts({
    database,
    telemetry,
    presence: {
      id: randomUUID(),
      host: hostname(),
      pid: process.pid,
      programVersion: version,
      atOnce: AT_ONCE,
      organizations: null,
    },
    keys: readEncryptionKeys(demoKeyVariables(secrets)),
    ssh: { user: secrets.sshUser, password: secrets.sshPassword },
    intervals: DEMO_INTERVALS,
    timeoutMs: TIMEOUT_MS,
    log: {
      info: () => undefined,
      warn: (message) => onError(new Error(message)),
      error: (_message, error) => onError(error),
    },
  });
  const collector = new Collector({
    ...parts.options,
    pollersOf: (target) => (simulated.has(targetKey(target)) ? parts.options.pollersOf(target) : []),
  });
  await collector.start();
  return async () => {
    await collector.stop();
    await parts.close();
  };
}
