import { UserError } from '../../config/user-error.ts';
import type { TimeWindow } from '../store.ts';
import { type Bucket, changeBucket, listBuckets, makeBucket } from './buckets.ts';
import { cutIntoChunks, oldestKept } from './chunks.ts';
import { type CopiedCounts, type CopyJob, copyRound } from './copy.ts';
import type { Ledger } from './ledger.ts';
import type { MigrationPlan } from './plan.ts';
import { FAR_AHEAD, spanOf } from './questions.ts';
import {
  copiedBefore,
  fillingMark,
  fillingName,
  keptMark,
  keptName,
  ownDescription,
  swappedMark,
} from './swap-state.ts';
import { type Difference, differences, differenceText, expectedCounts } from './verify.ts';

/** Rounds until the writers must have left a moment of quiet. */
const MOST_ROUNDS = 5;
/** More than one comparison takes. */
const EXPIRING_MS = 10 * 60_000;

export interface Migrating extends Pick<CopyJob, 'admin' | 'now' | 'signal' | 'onProgress'> {
  /** The new bucket has the name from now on: the time to give tokens to it. */
  readonly onSwapped: () => Promise<void>;
}

/** Does what the plan says. Where it breaks off, the next plan goes on. */
export async function runMigration(plan: MigrationPlan, migrating: Migrating): Promise<void> {
  let target = plan.target;
  if (plan.own !== null) target = await copyAndSwap(plan, migrating);
  if (plan.from !== null && plan.from.added > 0) await addMemory(plan, target, migrating);
}

/** Resolves with the bucket that has the name now. */
async function copyAndSwap(plan: MigrationPlan, migrating: Migrating): Promise<Bucket> {
  const { admin, now } = migrating;
  const { state } = plan;
  const { old } = state;
  const description = ownDescription(old);
  const fresh =
    state.phase === 'fresh'
      ? await makeBucket(admin, { ...old, name: fillingName(old.name), description: fillingMark(old) })
      : state.fresh;
  // A new bucket that has points of its own cannot be compared any more, so what it says of itself counts.
  const isCopied = state.phase === 'swapping' || state.phase === 'swapped';
  const before = isCopied ? copiedBefore(fresh) : null;
  const job = await jobOf(plan, old, fresh, before?.chunks ?? plan.own?.points ?? 0, migrating);
  const ledger: Ledger = { chunks: job.chunks, copied: before?.copied ?? new Map() };
  if (!isCopied) {
    await copyUntilEqual(job, ledger.copied);
    // Before the first renaming: from then on only this tells what was copied.
    await changeBucket(admin, fresh, { description: fillingMark(old, ledger) });
    const name = keptName(old.name, now(), await listBuckets(admin));
    await changeBucket(admin, old, { name, description: keptMark(description, fresh) });
  }
  const target = { ...fresh, name: plan.name };
  if (state.phase !== 'swapped') {
    await changeBucket(admin, fresh, { name: plan.name, description: swappedMark(old, ledger) });
  }
  await migrating.onSwapped();
  await copyRest(job, ledger.copied);
  await changeBucket(admin, target, { description });
  return target;
}

/** Copies until the new bucket has every series of the old one, and nothing else. */
async function copyUntilEqual(job: CopyJob, copied: CopiedCounts): Promise<void> {
  await copyRound(job, copied, true);
  let wrong: readonly Difference[] = [];
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    job.signal.throwIfAborted();
    job.onProgress(`comparing ${job.target.name} with ${job.source.name}, series by series`);
    const window = comparedWindow(job);
    const before = await expectedCounts(job, window);
    await copyRound(job, copied, true);
    wrong = await differences(job, window, before, () => expectedCounts(job, window));
    if (wrong.length === 0) return;
  }
  throw new UserError(
    `${wrongText(wrong)}\nThe names were not swapped. Run this again; if it says the same, delete the bucket ${job.target.name} and begin anew.`,
  );
}

/** Points that expire while they are compared are left out. */
function comparedWindow({ target, now }: CopyJob): TimeWindow {
  const oldest = oldestKept(target.retentionSeconds, now());
  return { start: target.retentionSeconds === 0 ? oldest : oldest + EXPIRING_MS, end: FAR_AHEAD };
}

/**
 * Copies what came to the old bucket after it was copied. Nobody finds it by its name any more, so this ends; what is counted is the old
 * bucket alone, since the new one gets points of its own by now.
 */
async function copyRest(job: CopyJob, copied: CopiedCounts): Promise<void> {
  job.onProgress(`copying what came last to ${job.source.name}`);
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    if ((await copyRound(job, copied, false)) === 0) break;
  }
  await assertNothingLost(job);
}

/** Adds points of the old name of memory, from another bucket. */
async function addMemory(plan: MigrationPlan, target: Bucket, migrating: Migrating): Promise<void> {
  if (plan.from === null) return;
  const { bucket, points } = plan.from.survey;
  const job = { ...(await jobOf(plan, bucket, target, points, migrating)), memoryOnly: true };
  await copyRound(job, new Map(), false);
  await assertNothingLost(job);
}

async function assertNothingLost(job: CopyJob): Promise<void> {
  const window = comparedWindow(job);
  const wrong = await differences(job, window, await expectedCounts(job, window), null);
  if (wrong.length > 0) throw new UserError(`${wrongText(wrong)}\nRun this again.`);
}

/** `parts`: what it is to be copied in, or how many points it has. */
async function jobOf(
  { inventory }: MigrationPlan,
  source: Bucket,
  target: Bucket,
  parts: readonly TimeWindow[] | number,
  { admin, now, signal, onProgress }: Migrating,
): Promise<CopyJob> {
  const job = { admin, source, target, inventory, memoryOnly: false, now, signal, onProgress };
  if (typeof parts !== 'number') return { ...job, chunks: parts };
  const start = oldestKept(target.retentionSeconds, now());
  const span = (await spanOf(admin, source.id, { start, end: FAR_AHEAD })) ?? { start: now(), end: now() };
  return { ...job, chunks: cutIntoChunks(span, parts, now()) };
}

function wrongText(wrong: readonly Difference[]): string {
  const [first] = wrong;
  const series = wrong.length === 1 ? '1 series differs' : `${wrong.length} series differ`;
  return first === undefined ? '' : `${series}, for example ${differenceText(first)}.`;
}
