import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { abandonedFolders } from './adopt-folder.ts';
import { readCursor } from './cursor-file.ts';
import { ownershipOf } from './owner.ts';
import { scanSegment } from './scan-segment.ts';
import { listSegments } from './segment-names.ts';
import { addStates, readStateFile, type WritingState } from './writing-state.ts';

/** All writers of this machine to one server. */
export interface Writing extends WritingState {
  /** Waiting points whose writer is gone: the next writer sends them. */
  readonly abandoned: number;
}

/** Puts together what the writers of a directory say of themselves, and what those that are gone left behind. Changes nothing. */
export async function readWriting(
  directory: string,
  now: number,
  own: { readonly name: string | null; readonly state: WritingState } | null = null,
): Promise<Writing> {
  const states: WritingState[] = own === null ? [] : [own.state];
  let abandoned = 0;
  const gone = new Set(await abandonedFolders(directory));
  for (const name of await readdir(directory).catch(() => [])) {
    if (ownershipOf(name) === null || name === own?.name) continue;
    const folder = path.join(directory, name);
    const said = await readStateFile(folder);
    if (gone.has(name)) {
      const left = await leftIn(folder);
      abandoned += left.waiting;
      states.push({ ...(said ?? addStates([], now)), ...left, inMemory: 0, trouble: null });
    } else if (said !== null) {
      states.push(said);
    }
  }
  return { ...addStates(states, now), abandoned };
}

/** A folder may be taken over while it is read: what cannot be read any more is counted by its new owner. */
async function leftIn(folder: string): Promise<Pick<WritingState, 'waiting' | 'bytes' | 'oldestAt'>> {
  const cursor = await readCursor(folder);
  let waiting = 0;
  let bytes = 0;
  let oldestAt: number | null = null;
  for (const { number, file } of await listSegments(folder).catch(() => [])) {
    if (cursor !== null && number < cursor.segment) continue;
    const from = cursor?.segment === number ? cursor.offset : 0;
    const content = await scanSegment(file, from).catch(() => null);
    if (content === null) continue;
    waiting += content.lines;
    bytes += content.end - from;
    oldestAt ??= content.oldestAt;
  }
  return { waiting, bytes, oldestAt };
}
