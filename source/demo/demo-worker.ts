import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { version } from '../config/package-root.ts';
import { createAuditKey, publicKeyFile, readAuditKey } from '../config/audit-key.ts';
import { appendToCheckpointFile } from '../postgres/audit-checkpoint-file.ts';
import type { Database } from '../postgres/database.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import type { Pace } from '../upgrades/engine/pace.ts';
import { housekeepingDuties } from '../upgrades/worker/housekeeping/duties.ts';
import { runWorker } from '../upgrades/worker/run-duties.ts';
import { upgradeService } from '../upgrades/worker/upgrade-service.ts';
import { demoKeyVariables } from './demo-environment.ts';
import type { DemoSecrets } from './demo-secrets.ts';

/** The simulated devices do everything ten times as fast as real ones. */
const DEMO_PACE: Pace = {
  look: 1000,
  reboot: 180_000,
  goDown: 20_000,
  copy: 300_000,
  install: 180_000,
  settle: 15_000,
  command: 30_000,
  login: 15_000,
  retry: 3000,
  abortMinutes: 120,
};
const DEMO_SLOTS = 20;
/** How long configurations are kept. */
const KEPT_DAYS = 30;

/** The demo's files of the audit trail. */
export interface DemoAuditFiles {
  readonly keyFile: string;
  readonly checkpoints: string;
}

export function demoAuditFiles(stateFolder: string): DemoAuditFiles {
  return {
    keyFile: path.join(stateFolder, 'demo-audit-key'),
    checkpoints: path.join(stateFolder, 'demo-audit-checkpoints.jsonl'),
  };
}

/** The variables that lead `audit verify` to them. */
export function demoAuditVariables({ keyFile, checkpoints }: DemoAuditFiles): Readonly<Record<string, string>> {
  return {
    NETUP_AUDIT_KEY_FILE: keyFile,
    NETUP_AUDIT_PUBLIC_KEY: publicKeyFile(keyFile),
    NETUP_AUDIT_CHECKPOINTS: checkpoints,
  };
}

/** For `--fresh`: checkpoints of a trail that is forgotten. The key may stay. */
export function forgetCheckpoints({ checkpoints }: DemoAuditFiles): void {
  rmSync(checkpoints, { force: true });
}

export interface DemoWorkerOptions {
  /** Logged in as the worker. */
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  readonly secrets: DemoSecrets;
  readonly audit: DemoAuditFiles;
  /** Where devices fetch images. */
  readonly imageUrl: string;
  readonly onError: (error: unknown) => void;
}

/** Does what `netup-tui worker` does, in this process. Returns what stops it. */
export async function startDemoWorker(options: DemoWorkerOptions): Promise<() => Promise<void>> {
  const { database, telemetry, secrets, onError } = options;
  const { keyFile, checkpoints } = options.audit;
  const key = existsSync(keyFile) ? readAuditKey(keyFile) : createAuditKey(keyFile);
  // So that it is there before the first checkpoint is.
  await appendToCheckpointFile(checkpoints, []);
  const log = {
    info: () => undefined,
    warn: (message: string) => onError(new Error(message)),
    error: (_message: string, error: unknown) => onError(error),
  };
  const service = upgradeService({
    database,
    telemetry,
    keys: readEncryptionKeys(demoKeyVariables(secrets)),
    ssh: { user: secrets.sshUser, password: secrets.sshPassword },
    images: { url: options.imageUrl, password: null, folder: null },
    slots: DEMO_SLOTS,
    programVersion: version,
    log,
    pace: DEMO_PACE,
  });
  const ending = new AbortController();
  const housekeeping = housekeepingDuties({
    database,
    key,
    file: checkpoints,
    log,
    days: KEPT_DAYS,
    now: () => new Date(),
  });
  const duties = [service.presence, ...housekeeping, service.plans, service.points, service.agent];
  const stopped = runWorker({ prepare: () => Promise.resolve(), duties, service, log, signal: ending.signal });
  return async () => {
    ending.abort();
    await stopped;
  };
}
