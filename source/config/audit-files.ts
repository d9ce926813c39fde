import { existsSync } from 'node:fs';
import path from 'node:path';
import { publicKeyFile } from './audit-key.ts';
import type { Paths } from './paths.ts';
import type { AuditSettings } from './settings.ts';

/** The files of the audit trail that a worker writes. */
export interface WorkerAuditFiles {
  /** The private key that checkpoints are signed with. */
  readonly keyFile: string;
  /** JSON lines, one checkpoint each. */
  readonly checkpoints: string;
}

/** What the environment names, else in the state folder. */
export function workerAuditFiles(settings: AuditSettings, { state }: Paths): WorkerAuditFiles {
  return {
    keyFile: settings.keyFile ?? path.join(state, 'audit-key'),
    checkpoints: settings.checkpoints ?? path.join(state, 'audit-checkpoints.jsonl'),
  };
}

/** What there is outside of the database to check the audit trail against. */
export interface AuditEvidence {
  /** Public keys; null: whatever key the database names is believed. */
  readonly publicKey: string | null;
  /** The worker's file of checkpoints; null: only those in the database. */
  readonly checkpoints: string | null;
}

/** What the environment names, whether it is there or not; else a worker's files in this account's state folder, if they are there. */
export function auditEvidence(settings: AuditSettings, paths: Paths): AuditEvidence {
  const files = workerAuditFiles(settings, paths);
  const ifThere = (file: string): string | null => (existsSync(file) ? file : null);
  return {
    publicKey: settings.publicKey ?? ifThere(publicKeyFile(files.keyFile)),
    checkpoints: settings.checkpoints ?? ifThere(files.checkpoints),
  };
}
