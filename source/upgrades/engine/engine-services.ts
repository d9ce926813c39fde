import type { EncryptionKeys } from '../../config/encryption-keys.ts';
import type { ImageSource } from '../../devices/operations.ts';
import type { StepName } from '../../model/upgrade.ts';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
import type { Database } from '../../postgres/database.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import type { OpenDevice } from './device-login.ts';
import type { EngineEvent } from './engine-event.ts';
import type { OutputKeeper } from './output-keeper.ts';
import type { Pace } from './pace.ts';
import type { Step } from './step.ts';

/** What upgrades are carried out with. */
export interface EngineServices {
  /** Logged in as the worker. */
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  readonly steps: readonly Step[];
  readonly pace: Pace;
  /** Which worker this is, for the audit trail: host and process. */
  readonly workerName: string;
  readonly now: () => Date;
  /** For the configurations that are kept. */
  readonly keys: EncryptionKeys;
  /** What devices print goes here, of all upgrades. */
  readonly outputs: OutputKeeper;
  /** Where an upgrade's device gets the image from. Rejects with `StepFailed` if it is missing or altered. */
  imageSource(run: UpgradeRun): Promise<ImageSource>;
  /** How to log in to an upgrade's device. */
  openDevice(run: UpgradeRun): OpenDevice;
  /** Told what went wrong beside the steps, such as that an output could not be kept. */
  readonly onTrouble?: (error: unknown, upgradeId: string) => void;
  /** Told what is done, as it is done. Must not throw. */
  readonly onEvent?: ((event: EngineEvent) => void) | undefined;
  /** Told what devices print, cleaned. */
  readonly onLine?: (run: UpgradeRun, step: StepName, line: string) => void;
}
