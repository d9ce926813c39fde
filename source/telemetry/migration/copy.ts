import type { InfluxAdmin } from '../setup/influx-admin.ts';
import type { TimeWindow } from '../store.ts';
import type { Bucket } from './buckets.ts';
import { notOlder, oldestKept } from './chunks.ts';
import type { Inventory } from './inventory.ts';
import { copyBy, countPoints, type PointCounts } from './questions.ts';

/** Copying from one bucket into another. */
export interface CopyJob {
  readonly admin: InfluxAdmin;
  readonly source: Bucket;
  readonly target: Bucket;
  readonly inventory: Inventory;
  readonly chunks: readonly TimeWindow[];
  /** True: points of the old name of memory, and nothing else. */
  readonly memoryOnly: boolean;
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** By start of the chunk: how many points the source had when it was copied last. */
export type CopiedCounts = Map<number, number>;

/**
 * Copies each chunk in which the source has another number of points than `copied` says, and notes the number, which is taken before the
 * copy: what comes in between is seen by the next round. Copying twice does no harm. With `trustTarget`, a chunk of which the
 * target has as many points is taken for copied, which is right as long as nobody else writes there. Resolves with how many chunks
 * were copied.
 */
export async function copyRound(job: CopyJob, copied: CopiedCounts, trustTarget: boolean): Promise<number> {
  const { admin, source, target, chunks, memoryOnly } = job;
  let changed = 0;
  let points = 0;
  for (const [index, chunk] of chunks.entries()) {
    job.signal.throwIfAborted();
    const window = notOlder(chunk, oldestKept(target.retentionSeconds, job.now()));
    if (window === null) continue;
    const counts = await countPoints(admin, source.id, window);
    const count = memoryOnly ? counts.renamed : counts.all;
    if (copied.get(chunk.start) === count) continue;
    const isThere = count === 0 || (trustTarget && !copied.has(chunk.start) && (await countAll(job, window)) === count);
    if (!isThere) {
      job.onProgress(progressText(job, index, points));
      points += await copyChunk(job, window, counts);
      // The end of what is kept moves on, so the chunk that it is in has another number of points each time.
      if (window.start === chunk.start) changed += 1;
    }
    copied.set(chunk.start, count);
  }
  return changed;
}

async function countAll({ admin, target }: CopyJob, window: TimeWindow): Promise<number> {
  return (await countPoints(admin, target.id, window)).all;
}

/** Changed points first: of two that become the same, the one that was right before is written last, and stays. */
async function copyChunk(job: CopyJob, { start, end }: TimeWindow, counts: PointCounts): Promise<number> {
  const { admin, source, target, inventory, memoryOnly } = job;
  const values = { source: source.id, target: target.id, start: new Date(start), stop: new Date(end) };
  let copied = 0;
  if (counts.renamed > 0) copied += await copyBy(admin, 'memory-name', { ...values, inventory: inventory.text });
  if (memoryOnly) return copied;
  if (counts.untagged > 0) copied += await copyBy(admin, 'organization-tag', { ...values, inventory: inventory.text });
  if (counts.all > counts.renamed + counts.untagged) copied += await copyBy(admin, 'unchanged', values);
  return copied;
}

function progressText({ source, target, chunks }: CopyJob, index: number, points: number): string {
  return `copying ${source.name} into ${target.name}: part ${index + 1} of ${chunks.length}, ${points} points`;
}
