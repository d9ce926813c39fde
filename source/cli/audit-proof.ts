import { auditEvidence } from '../config/audit-files.ts';
import { readPublicKeys } from '../config/audit-key.ts';
import type { AuditCheckpoint } from '../model/audit-checkpoint.ts';
import { readCheckpointFile } from '../postgres/audit-checkpoint-file.ts';
import type { AuditProof } from '../postgres/audit-verify.ts';
import type { FlagSpecs } from './command-spec.ts';
import type { Paths } from '../config/paths.ts';
import type { Settings } from '../config/settings.ts';

export const PROOF_FLAGS = {
  publicKey: {
    type: 'string',
    placeholder: 'FILE',
    help: "the workers' public keys; NETUP_AUDIT_PUBLIC_KEY if left out",
  },
  checkpoints: {
    type: 'string',
    placeholder: 'FILE',
    help: "a worker's file of checkpoints; NETUP_AUDIT_CHECKPOINTS if left out",
  },
} as const satisfies FlagSpecs;

/** What audit trails are checked against, as far as it is outside of the database. */
export interface Proof {
  /** The files, for people; null: the database's own copy was used. */
  readonly publicKey: string | null;
  readonly checkpoints: string | null;
  of(organizationId: string): AuditProof;
  /** What a reader has to know of how much the answer is worth. */
  readonly notes: readonly string[];
}

/** Reads the files that the flags or the environment name. Throws a `UserError` if one of them cannot be used. */
export async function readProof(
  settings: Settings,
  paths: Paths,
  flags: { readonly publicKey?: string | undefined; readonly checkpoints?: string | undefined },
): Promise<Proof> {
  const found = auditEvidence(settings.audit, paths);
  const publicKey = flags.publicKey ?? found.publicKey;
  const checkpoints = flags.checkpoints ?? found.checkpoints;
  const trusted = publicKey === null ? null : readPublicKeys(publicKey);
  const filed = checkpoints === null ? null : await readFiled(checkpoints);
  return {
    publicKey,
    checkpoints,
    of: (organizationId) => ({ trusted, filed: filed === null ? null : (filed.get(organizationId) ?? []) }),
    notes: [
      ...(publicKey === null
        ? ['Signatures were checked with the keys that the database names: --public-key FILE checks them with yours.']
        : []),
      ...(checkpoints === null
        ? ['Checkpoints were read from the database alone: --checkpoints FILE compares them with a copy outside of it.']
        : []),
    ],
  };
}

async function readFiled(file: string): Promise<ReadonlyMap<string, readonly AuditCheckpoint[]>> {
  const filed = new Map<string, AuditCheckpoint[]>();
  for await (const checkpoint of readCheckpointFile(file)) {
    const list = filed.get(checkpoint.organizationId);
    if (list === undefined) filed.set(checkpoint.organizationId, [checkpoint]);
    else list.push(checkpoint);
  }
  return filed;
}
