import { UserError } from '../../config/user-error.ts';
import { cleanLine } from '../../model/text.ts';
import { type Bucket, listBuckets } from '../../telemetry/migration/buckets.ts';
import { isNameFree, keptBuckets, type SwapState, swapState } from '../../telemetry/migration/swap-state.ts';
import type { InfluxAdmin } from '../../telemetry/setup/influx-admin.ts';
import { fail, type Finding, ok, warn } from './finding.ts';

const CHECK = 'migration';
const GO_ON = 'Run `netup-tui migrate influx` again: it goes on where it ended.';

/** Whether a `migrate influx` has ended before it was done, and what old buckets are still there. */
export async function checkMigration(admin: InfluxAdmin, bucket: string): Promise<readonly Finding[]> {
  const buckets = await listBuckets(admin);
  const kept = keptBuckets(bucket, buckets);
  try {
    // A bucket that was never there is told of already.
    if (isNameFree(bucket, buckets)) return [];
    const state = swapState(bucket, buckets);
    const rest = state.phase === 'fresh' ? kept : kept.filter(({ id }) => id !== state.old.id);
    const findings = [...unfinished(bucket, state), ...leftOver(rest)];
    return findings.length > 0 ? findings : [ok(CHECK, 'none is under way, and no old bucket is kept')];
  } catch (error) {
    if (error instanceof UserError) return [fail(CHECK, error.message, GO_ON)];
    throw error;
  }
}

function unfinished(bucket: string, state: SwapState): readonly Finding[] {
  const name = cleanLine(bucket);
  switch (state.phase) {
    case 'fresh':
      return [];
    case 'copying':
      return [warn(CHECK, `${name} is being copied into ${cleanLine(state.fresh.name)}, and not swapped yet`, GO_ON)];
    case 'swapping':
      return [
        fail(CHECK, `no bucket has the name ${name}: the old one has given it away, the new one not got it`, GO_ON),
      ];
    case 'swapped':
      return [warn(CHECK, `what came last to ${cleanLine(state.old.name)} may not be in ${name} yet`, GO_ON)];
  }
}

function leftOver(kept: readonly Bucket[]): readonly Finding[] {
  if (kept.length === 0) return [];
  const names = kept.map(({ name }) => cleanLine(name)).join(', ');
  return [
    warn(
      CHECK,
      `kept from before a migration: ${names}`,
      '`netup-tui migrate influx --drop-old` deletes what is no longer needed.',
    ),
  ];
}
