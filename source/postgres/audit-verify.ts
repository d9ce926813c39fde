import { type AuditCheckpoint, checkpointText, type TrustedKeys } from '../model/audit-checkpoint.ts';
import type { AuditFault, ChainReport } from '../model/audit-chain.ts';
import { checkpointFault, signatureFault, unanchoredFault } from './audit-checkpoint-faults.ts';
import { listCheckpoints } from './audit-checkpoints.ts';
import { findStart } from './audit-start.ts';
import { walkChain } from './audit-walk.ts';
import type { OrganizationScope } from './database.ts';

/** One statement for so many rows: few enough for the statement timeout, and enough that the round trips cost nothing. */
const BATCH = 20_000;

/** What the chain is compared with besides itself. */
export interface AuditProof {
  /** Ids of public keys from outside of the database; null: the keys that the database names are believed. */
  readonly trusted: TrustedKeys;
  /** The organization's checkpoints in a worker's file; null: there is none, and the database's are all. */
  readonly filed: readonly AuditCheckpoint[] | null;
}

const NO_PROOF: AuditProof = { trusted: null, filed: null };

/**
 * Walks the organization's audit chain from its first row to its head, in one snapshot, and compares it with every signed checkpoint.
 * Read the file of checkpoints before: what is added to it during the walk would look as if it was missing here.
 */
export function verifyAudit(
  scope: OrganizationScope,
  proof: AuditProof = NO_PROOF,
  batchSize = BATCH,
): Promise<ChainReport> {
  const { organizationId } = scope;
  return scope.transaction(async (sql) => {
    await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`;
    // One plan for all batches, and room for sorting a batch in memory.
    await sql`SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('work_mem', '32MB', true)`;
    const { start, retained } = await findStart(sql, organizationId);
    const stored = await listCheckpoints(sql, organizationId, '0');
    const checkpoints = merged(stored, proof.filed ?? []);
    const walk = await walkChain(sql, organizationId, start, batchSize);
    const fault =
      walk.fault ??
      signatureFault(checkpoints, proof.trusted) ??
      (await checkpointFault(sql, organizationId, checkpoints, start, walk.last)) ??
      removedFault(stored, proof.filed ?? []) ??
      unanchoredFault(checkpoints, start);
    const last = checkpoints.at(-1);
    return {
      rows: goodRows(Number(start.seq), walk.fault === null ? Number(walk.last.seq) : Infinity, fault),
      fault,
      retained,
      signedUntil: fault === null && last !== undefined ? last.seq : null,
    };
  });
}

/** All of both, each once, in the chain's order. */
function merged(stored: readonly AuditCheckpoint[], filed: readonly AuditCheckpoint[]): readonly AuditCheckpoint[] {
  const all = new Map(
    [...stored, ...filed].map((checkpoint) => [`${checkpointText(checkpoint)}${checkpoint.signature}`, checkpoint]),
  );
  return [...all.values()].toSorted((a, b) => Number(BigInt(a.seq) - BigInt(b.seq)));
}

function removedFault(stored: readonly AuditCheckpoint[], filed: readonly AuditCheckpoint[]): AuditFault | null {
  const places = new Set(stored.map(({ seq }) => seq));
  const missing = filed.find(({ seq }) => !places.has(seq));
  return missing === undefined ? null : { kind: 'checkpoint-removed', seq: missing.seq };
}

/** Those before the fault, and no more than there are. */
function goodRows(start: number, last: number, fault: AuditFault | null): number {
  return Math.max(0, Math.min(last, fault === null ? last : Number(fault.seq) - 1) - start);
}
