/** A signed statement that an organization's audit chain had this hash in this place. */
export interface AuditCheckpoint {
  readonly organizationId: string;
  /** Place of a row in the chain, from 1. */
  readonly seq: string;
  /** The row's hash, in hexadecimal. */
  readonly hash: string;
  /** When the row was appended, in UTC with microseconds: `2026-01-31T12:00:00.123456Z`. */
  readonly timestamp: string;
  /** When the checkpoint was made, by the signer's clock; ISO 8601 in UTC with milliseconds. */
  readonly madeAt: string;
  /** The public key whose private half signed it: 32 bytes in base64url. */
  readonly keyId: string;
  /** Ed25519 signature of `checkpointText`, in base64. */
  readonly signature: string;
}

/** A public key that checkpoints are signed with, or null where any may be. */
export type TrustedKeys = ReadonlySet<string> | null;

/** What is signed. The first line keeps the signature from standing for anything else. */
export function checkpointText(checkpoint: Omit<AuditCheckpoint, 'signature'>): string {
  const { organizationId, seq, hash, timestamp, madeAt, keyId } = checkpoint;
  return ['netup-tui audit checkpoint 1', organizationId, seq, hash, timestamp, madeAt, keyId, ''].join('\n');
}
