import { makePrivateFolder } from '../config/paths.ts';
import type { InfluxSettings } from '../config/settings.ts';
import { openDatabase } from '../postgres/database.ts';
import { demoSettings, openDemoDatabase } from './demo-database.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import { startDemoCollector } from './demo-collector.ts';
import { storeDemoCredentials } from './demo-credentials.ts';
import { type DemoDevice, startDemoDevices } from './demo-devices.ts';
import { demoEnvironment, roleAddresses } from './demo-environment.ts';
import { demoAuditFiles, demoAuditVariables, forgetCheckpoints, startDemoWorker } from './demo-worker.ts';
import { demoRouters, type DemoRouter } from './demo-routers.ts';
import { demoSecrets } from './demo-secrets.ts';
import { sizesOnRecord, startImageServer } from './image-server.ts';
import { fillDemoTelemetry, openDemoStore } from './demo-telemetry.ts';
import { defaultServerDirectory, startEmbeddedServer } from './embedded-server.ts';
import { loadDemoFleet } from './load-demo-fleet.ts';
import { startOver } from './start-over.ts';
import { Stoppers } from './stoppers.ts';

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

/** Starts a PostgreSQL of our own with a fleet in it, simulated devices, and what reads and upgrades them. Rejects with nothing left running. */
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
  await storeDemoCredentials(admin, server, secrets);
  const routers = await demoRouters(admin);
  const running = await startDemoDevices(admin, routers, secrets, signal);
  stoppers.add(() => running.stop());
  const worker = openDatabase(demoSettings(server, 'netup_worker', secrets.databasePassword), {
    applicationName: 'netup-tui demo worker',
  });
  stoppers.add(() => worker.close());
  const store = await openDemoStore(influx, worker);
  const telemetryReady = startTelemetry(routers, store, options, stoppers);
  const { onError } = options;
  const images = await startImageServer(sizesOnRecord(admin), onError);
  stoppers.add(() => images.stop());
  const { url: imageUrl } = images;
  const common = { database: worker, telemetry: store, secrets, onError };
  stoppers.add(await startDemoWorker({ ...common, audit, imageUrl }));
  stoppers.add(await startDemoCollector({ ...common, routers }));
  return {
    env: { ...demoEnvironment(server, secrets, influx, imageUrl), ...demoAuditVariables(audit) },
    postgres: roleAddresses(server, secrets),
    devices: running.devices,
    telemetryReady,
    stop: () => stoppers.stop(),
  };
}

function startTelemetry(
  routers: readonly DemoRouter[],
  store: TelemetryStore,
  { onError }: DemoOptions,
  stoppers: Stoppers,
): Promise<void> {
  const ending = new AbortController();
  const filled = fillDemoTelemetry(routers, store, ending.signal, onError);
  stoppers.add(async () => {
    ending.abort();
    await filled;
    await store.close();
  });
  return filled;
}
