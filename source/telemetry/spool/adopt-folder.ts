import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { readCursor } from './cursor-file.ts';
import { letGo, ownershipOf } from './owner.ts';
import { mendSegment } from './scan-segment.ts';
import { listSegments, segmentPath } from './segment-names.ts';
import type { Spool } from './spool.ts';
import { readStateFile, STATE_FILE, type WritingState } from './writing-state.ts';

/** A writer on another machine that has said nothing for this long is gone, milliseconds; it speaks every ten seconds. */
const SILENT_AFTER_MS = 120_000;

/** A folder that is being taken over, inside that of its new owner. */
const ADOPTED = 'adopted.';

/** What came with the folders of writers that are gone. */
export interface Adopted {
  readonly lines: number;
  /** Records that cannot be read, those cut off in the middle among them. */
  readonly damaged: number;
  /** What those writers last said of themselves. */
  readonly states: readonly WritingState[];
}

/** Names of folders in `directory` whose writer is gone, oldest first. */
export async function abandonedFolders(directory: string): Promise<string[]> {
  const found: { name: string; at: number }[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    const ownership = ownershipOf(name);
    const at = await lastSign(path.join(directory, name));
    const silent = ownership === 'elsewhere' && at < Date.now() - SILENT_AFTER_MS;
    if (ownership === 'gone' || silent) found.push({ name, at });
  }
  return found.toSorted((left, right) => left.at - right.at).map(({ name }) => name);
}

/** Takes over what waits in the folders of writers that are gone. Of several processes that try, one gets each folder. */
export async function adoptAbandoned(directory: string, folder: string, spool: Spool): Promise<Adopted> {
  const all: Adopted[] = [];
  for (const name of await abandonedFolders(directory)) {
    const target = path.join(folder, ADOPTED + name);
    const won = await rename(path.join(directory, name), target).then(
      () => true,
      () => false,
    );
    if (won) {
      letGo(name);
      all.push(await takeIn(target, folder, spool));
    }
  }
  return {
    lines: all.reduce((sum, { lines }) => sum + lines, 0),
    damaged: all.reduce((sum, { damaged }) => sum + damaged, 0),
    states: all.flatMap(({ states }) => states),
  };
}

/** Moves the segments of `from` to the end of ours. Killed in the middle, each of them is in one of the two folders. */
async function takeIn(from: string, folder: string, spool: Spool): Promise<Adopted> {
  const states: WritingState[] = [];
  let lines = 0;
  let damaged = 0;
  const cursor = await readCursor(from);
  for (const { number, file } of await listSegments(from)) {
    const offset = cursor?.segment === number ? cursor.offset : 0;
    if (cursor !== null && number < cursor.segment) continue;
    const content = await mendSegment(file, offset);
    const target = segmentPath(folder, spool.nextNumber);
    await rename(file, target);
    const { end: length, oldestAt } = content;
    lines += content.lines;
    damaged += content.damaged;
    await spool.adopt({ file: target, length, offset: Math.min(offset, length), lines: content.lines, oldestAt });
  }
  for (const inner of await readdir(from)) {
    // That writer ended while it was taking over another one, whose first segments it had moved.
    if (!inner.startsWith(ADOPTED)) continue;
    const more = await takeIn(path.join(from, inner), folder, spool);
    lines += more.lines;
    damaged += more.damaged;
    states.push(...more.states);
  }
  const state = await readStateFile(from);
  if (state !== null) states.push(state);
  await rm(from, { recursive: true, force: true });
  return { lines, damaged, states };
}

async function lastSign(folder: string): Promise<number> {
  const signs = await Promise.all([
    stat(path.join(folder, STATE_FILE)).catch(() => null),
    stat(folder).catch(() => null),
  ]);
  return Math.max(0, ...signs.map((sign) => sign?.mtimeMs ?? 0));
}
