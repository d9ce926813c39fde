import type { ApplicationParts } from '../../source/console/application.ts';
import { readEncryptionKeys } from '../../source/config/encryption-keys.ts';
import type { ConsoleContext } from '../../source/console/context.ts';
import { createServices } from '../../source/console/create-services.ts';
import { runConsole, type ConsoleExit } from '../../source/console/run-console.tsx';
import type { ConsoleServices } from '../../source/console/services.ts';
import { createStore } from '../../source/console/state/store.ts';
import type { Database } from '../../source/postgres/database.ts';
import type { TelemetryStore } from '../../source/telemetry/store.ts';
import { openTerminal, type TestTerminal, type TestTerminalOptions } from './terminal.ts';

export interface ConsoleSetup extends TestTerminalOptions {
  readonly parts: ApplicationParts;
  /** What differs from {@link consoleContext}. */
  readonly context?: Partial<ConsoleContext>;
}

export interface RunningConsole {
  readonly terminal: TestTerminal;
  /** How it ended. */
  readonly ended: Promise<ConsoleExit>;
  /** Everything given to `writeCrashReport`. */
  readonly crashes: readonly Error[];
  /** Quits if it still runs: for `afterEach`. */
  stop(): Promise<void>;
}

/** Runs a console in a terminal for tests. */
export function startConsole({ parts, context, ...size }: ConsoleSetup): RunningConsole {
  const terminal = openTerminal(size);
  const crashes: Error[] = [];
  const ended = runConsole(consoleContext(context), {
    parts,
    terminal,
    colors: 3,
    writeCrashReport(error) {
      crashes.push(error);
      return '/crash/report.txt';
    },
  });
  return {
    terminal,
    ended,
    crashes,
    async stop() {
      await terminal.press('ctrl+c');
      await ended;
    },
  };
}

/** Ana, approver in acme and viewer in globex, with two databases that answer pings and nothing else. */
function consoleContext(change: Partial<ConsoleContext> = {}): ConsoleContext {
  const remembered = new Map<string, unknown>();
  return {
    database: onlyPings,
    telemetry: onlyPingsTelemetry,
    operator: { id: 'op-ana', name: 'ana', displayName: 'Ana' },
    memberships: [
      { organizationId: 'org-acme', slug: 'acme', organizationName: 'Acme Backbone', role: 'approver' },
      { organizationId: 'org-globex', slug: 'globex', organizationName: 'Globex', role: 'viewer' },
    ],
    initialOrganizationId: 'org-acme',
    now: () => new Date('2026-10-15T14:00:00Z'),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    readOnly: false,
    encryptionKeys: () => readEncryptionKeys({}),
    preferences: { get: (key) => remembered.get(key), set: (key, value) => void remembered.set(key, value) },
    ...change,
  };
}

const refuse = (): never => {
  throw new Error('This test has no database: give one in the context.');
};

const onlyPings: Database = {
  address: 'nowhere',
  user: 'nobody',
  transaction: refuse,
  organization: refuse,
  get unscoped() {
    return refuse();
  },
  ping: () => Promise.resolve(12),
  listen: refuse,
  listenToQueue: refuse,
  listenToFleets: refuse,
  close: () => Promise.resolve(),
};

const onlyPingsTelemetry: TelemetryStore = {
  kind: 'influx',
  address: 'nowhere',
  write: refuse,
  flush: () => Promise.resolve(),
  latest: refuse,
  series: refuse,
  history: refuse,
  health: refuse,
  fleetHealth: refuse,
  coverage: refuse,
  interfaces: refuse,
  sensors: refuse,
  upgradeProgress: refuse,
  validations: refuse,
  ping: () => Promise.resolve(20),
  close: () => Promise.resolve(),
};

const nothing = (): void => undefined;

/** Services over a store of their own, for what needs no screen. */
export function servicesForTest(change: Partial<ConsoleContext> = {}): ConsoleServices {
  const host = {
    quit: nothing,
    end: nothing,
    redraw: nothing,
    suspend: nothing,
    restart: nothing,
    copy: nothing,
    screenText: () => '',
  };
  return createServices(consoleContext(change), createStore(), 0, host);
}
