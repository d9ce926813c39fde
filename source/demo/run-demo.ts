import type postgres from 'postgres';
import { makePrivateFolder } from '../config/paths.ts';
import type { InfluxSettings } from '../config/settings.ts';
import { openDatabase } from '../postgres/database.ts';
import { demoSettings, openDemoDatabase } from './demo-database.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import { type DemoDevice, type DemoDevices, startDemoDevices } from './demo-devices.ts';
import { demoEnvironment, roleAddresses } from './demo-environment.ts';
import { demoAuditFiles, demoAuditVariables, forgetCheckpoints, startDemoWorker } from './demo-worker.ts';
import { type DemoSecrets, demoSecrets } from './demo-secrets.ts';
import { sizesOnRecord, startImageServer } from './image-server.ts';
import { openDemoStore, startDemoTelemetry } from './demo-telemetry.ts';
import { defaultServerDirectory, startEmbeddedServer } from './embedded-server.ts';
import { loadDemoFleet } from './load-demo-fleet.ts';
import { startOver } from './start-over.ts';
import { Stoppers } from './stoppers.ts';
import type { TelemetryGenerator } from './telemetry-generator.ts';

export interface DemoOptions {
  /** Holds the demo's logins, and its database where the server's account can go. */
  readonly stateFolder: string;
  /** Forget what an earlier demo left. */
  readonly fresh: boolean;
  /** Where telemetry goes; null: into the demo's own database. */
  readonly influx: InfluxSettings | null;
  /** Told what is being done, in a few words. */
  readonly onProgress: (text: string) => void;
  /** Told what failed in the background; the demo goes on. */
  readonly onError: (error: unknown) => void;
  /** Ends the start; what had been started is stopped then. */
  readonly signal: AbortSignal;
}

/** A demo that runs. */
export interface Demo {
  /** The variables with which every other command works on it. */
  readonly env: Readonly<Record<string, string>>;
  /** Role to address. */
  readonly postgres: Readonly<Record<string, string>>;
  readonly devices: readonly DemoDevice[];
  /** Resolves when two hours of telemetry are there. Never rejects. */
  readonly telemetryReady: Promise<void>;
  /** Stops everything that was started; harmless when repeated. */
  stop(): Promise<void>;
}

/** Starts a PostgreSQL of our own with a fleet in it, simulated devices, and telemetry. Rejects with nothing left running. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const stoppers = new Stoppers();
  try {
    return await start(options, stoppers);
  } catch (error) {
    await stoppers.stop();
    throw error;
  }
}

async function start(options: DemoOptions, stoppers: Stoppers): Promise<Demo> {
  const { stateFolder, influx, signal, onProgress } = options;
  makePrivateFolder(stateFolder);
  const directory = defaultServerDirectory(stateFolder);
  const audit = demoAuditFiles(stateFolder);
  if (options.fresh) {
    onProgress('forgetting the earlier demo');
    await startOver(directory);
    forgetCheckpoints(audit);
  }
  const server = await startEmbeddedServer({ directory, onProgress });
  stoppers.add(() => server.stop());
  signal.throwIfAborted();

  const secrets = demoSecrets(stateFolder);
  onProgress('updating the tables');
  const admin = await openDemoDatabase(server, secrets.databasePassword);
  stoppers.add(() => admin.end({ timeout: 1 }));
  signal.throwIfAborted();
  await loadDemoFleet(admin, server, onProgress);
  signal.throwIfAborted();

  onProgress('starting the devices');
  const { devices } = await startDevices(admin, secrets, signal, stoppers);
  const worker = openDatabase(demoSettings(server, 'netup_worker', secrets.databasePassword), {
    applicationName: 'netup-tui demo worker',
  });
  stoppers.add(() => worker.close());
  const store = await openDemoStore(influx, worker);
  const telemetry = await startTelemetry(admin, store, options, stoppers);
  const { onError } = options;
  const images = await startImageServer(sizesOnRecord(admin), onError);
  stoppers.add(() => images.stop());
  const { url: imageUrl } = images;
  stoppers.add(await startDemoWorker({ database: worker, telemetry: store, secrets, audit, imageUrl, onError }));
  return {
    env: { ...demoEnvironment(server, secrets, influx, imageUrl), ...demoAuditVariables(audit) },
    postgres: roleAddresses(server, secrets),
    devices,
    telemetryReady: telemetry.ready,
    stop: () => stoppers.stop(),
  };
}

async function startDevices(
  admin: postgres.Sql,
  secrets: DemoSecrets,
  signal: AbortSignal,
  stoppers: Stoppers,
): Promise<DemoDevices> {
  const devices = await startDemoDevices(admin, secrets, signal);
  stoppers.add(() => devices.stop());
  return devices;
}

async function startTelemetry(
  admin: postgres.Sql,
  store: TelemetryStore,
  { onError }: DemoOptions,
  stoppers: Stoppers,
): Promise<TelemetryGenerator> {
  const ending = new AbortController();
  const generator = await startDemoTelemetry(admin, store, ending.signal, onError);
  stoppers.add(async () => {
    ending.abort();
    await generator.stopped;
    await store.close();
  });
  return generator;
}
