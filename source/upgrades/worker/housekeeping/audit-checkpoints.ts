import { stat } from 'node:fs/promises';
import { type AuditKey, isSignedBy } from '../../../config/audit-key.ts';
import { checkpointText } from '../../../model/audit-checkpoint.ts';
import { appendToCheckpointFile, readCheckpointFile } from '../../../postgres/audit-checkpoint-file.ts';
import { checkpointsDue, listCheckpoints, makeCheckpoint } from '../../../postgres/audit-checkpoints.ts';
import type { Database } from '../../../postgres/database.ts';
import { organizationIds } from '../../../postgres/organization-ids.ts';
import type { Duty, WorkerLog } from '../duty.ts';

/** What was not signed for can be made anew unseen: five minutes of it at most, and no more than 1,000 rows of a busy organization. */
const PACE = { rows: 1000, ageMs: 5 * 60_000 };
/** One query over the ends of the chains, so often that the two limits hold to within seconds. */
const INTERVAL_MS = 10_000;

export interface CheckpointsOptions {
  readonly database: Database;
  readonly key: AuditKey;
  /** JSON lines outside of the database. */
  readonly file: string;
  readonly log: WorkerLog;
  readonly now: () => Date;
}

/**
 * Signs the end of every chain that has grown, and then adds the checkpoint to the file. In this order, since a checkpoint that is in
 * the file alone looks as if somebody had removed it from the database; what a crash kept from the file is added after it.
 */
export function auditCheckpointsDuty({ database, key, file, log, now }: CheckpointsOptions): Duty {
  /** The last place of each organization in the file; null until the file was read. */
  let filed: Map<string, string> | null = null;
  /** Whose checkpoints may not all be in the file. */
  const behind = new Set<string>();
  const contradicted = new Set<string>();

  const sign = async (id: string): Promise<void> => {
    behind.add(id);
    const outcome = await makeCheckpoint(database.organization(id), key, now());
    if (outcome.kind !== 'contradicted') contradicted.delete(id);
    else if (!contradicted.has(id)) {
      contradicted.add(id);
      log.warn(
        `audit checkpoints: the trail of organization ${id} is not what was signed for row ${outcome.seq}, so nothing more of it is signed; run \`netup-tui audit verify\`.`,
      );
    }
  };

  const copyToFile = async (id: string, known: Map<string, string>): Promise<void> => {
    const { sql } = database.organization(id);
    const missing = await listCheckpoints(sql, id, known.get(id) ?? '0');
    // Others are not vouched for by this worker: they may be anybody's who can write into the database.
    const own = missing.filter((checkpoint) => {
      const { keyId, signature } = checkpoint;
      return keyId === key.id && isSignedBy(keyId, checkpointText(checkpoint), signature);
    });
    const last = own.at(-1);
    if (last !== undefined) {
      await appendToCheckpointFile(file, own);
      known.set(id, last.seq);
    }
    behind.delete(id);
  };

  return {
    name: 'audit checkpoints',
    intervalMs: INTERVAL_MS,
    async run() {
      if (filed === null) {
        for (const id of await organizationIds(database)) behind.add(id);
        filed = await lastPlaces(file);
      }
      for (const id of await checkpointsDue(database, PACE)) await sign(id);
      for (const id of behind) await copyToFile(id, filed);
    },
  };
}

async function lastPlaces(file: string): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  const there = await stat(file).then(
    () => true,
    () => false,
  );
  if (!there) return places;
  for await (const { organizationId, seq } of readCheckpointFile(file)) places.set(organizationId, seq);
  return places;
}
