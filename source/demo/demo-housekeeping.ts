import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createAuditKey, publicKeyFile, readAuditKey } from '../config/audit-key.ts';
import { appendToCheckpointFile } from '../postgres/audit-checkpoint-file.ts';
import type { Database } from '../postgres/database.ts';
import { housekeepingDuties } from '../upgrades/worker/housekeeping/duties.ts';
import { runWorker } from '../upgrades/worker/run-duties.ts';

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

/** Does what `netup-tui worker` does, in this process. Returns what stops it. */
export async function startDemoHousekeeping(
  database: Database,
  { keyFile, checkpoints }: DemoAuditFiles,
  onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
  const key = existsSync(keyFile) ? readAuditKey(keyFile) : createAuditKey(keyFile);
  // So that it is there before the first checkpoint is.
  await appendToCheckpointFile(checkpoints, []);
  const log = {
    info: () => undefined,
    warn: (message: string) => onError(new Error(message)),
    error: (_message: string, error: unknown) => onError(error),
  };
  const ending = new AbortController();
  const duties = housekeepingDuties({ database, key, file: checkpoints, log, now: () => new Date() });
  const stopped = runWorker({ prepare: () => Promise.resolve(), duties, log, signal: ending.signal });
  return async () => {
    ending.abort();
    await stopped;
  };
}
