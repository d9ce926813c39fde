import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { cleanLine } from '../../model/text.ts';

const count = z.number().int().nonnegative();
const time = z.number().nullable();

const writingState = z.object({
  /** Accepted points that the server does not have yet, their bytes, and when the oldest was accepted. */
  waiting: count,
  bytes: count,
  oldestAt: time,
  /** Those of them that are only in memory, since the disk does not take them or there is no folder for them. */
  inMemory: count,
  /** Accepted points that were given up, and refused ones by reason, since `since`. */
  dropped: count,
  refused: z.record(z.string().transform(cleanLine), count),
  /** Records of several points that could not be read from disk. */
  damaged: count,
  since: z.number(),
  /** When a point was last dropped, refused or damaged. */
  lossAt: time,
  /** Why nothing is being sent, in a sentence; null while it is. */
  trouble: z.string().transform(cleanLine).nullable(),
});

/** How the writing of telemetry goes. Times are milliseconds since the epoch. */
export type WritingState = z.infer<typeof writingState>;

export const STATE_FILE = 'state.json';

/** What the writer of a folder last said of itself; null if it has said nothing yet. */
export async function readStateFile(folder: string): Promise<WritingState | null> {
  try {
    return writingState.parse(JSON.parse(await readFile(path.join(folder, STATE_FILE), 'utf8')));
  } catch {
    return null;
  }
}

/** Replaces the file as a whole, so that no reader finds half of one. */
export async function writeStateFile(folder: string, state: WritingState): Promise<void> {
  const file = path.join(folder, STATE_FILE);
  await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Several writers as one. */
export function addStates(states: readonly WritingState[], now: number): WritingState {
  const sum = (value: (state: WritingState) => number): number => states.reduce((total, one) => total + value(one), 0);
  const times = (value: (state: WritingState) => number | null): number[] =>
    states.map((state) => value(state)).filter((at) => at !== null);
  const [oldest, losses] = [times(({ oldestAt }) => oldestAt), times(({ lossAt }) => lossAt)];
  const refused: Record<string, number> = {};
  for (const [reason, points] of states.flatMap((state) => Object.entries(state.refused))) {
    refused[reason] = (refused[reason] ?? 0) + points;
  }
  return {
    waiting: sum(({ waiting }) => waiting),
    bytes: sum(({ bytes }) => bytes),
    oldestAt: oldest.length === 0 ? null : Math.min(...oldest),
    inMemory: sum(({ inMemory }) => inMemory),
    dropped: sum(({ dropped }) => dropped),
    refused,
    damaged: sum(({ damaged }) => damaged),
    since: Math.min(now, ...states.map(({ since }) => since)),
    lossAt: losses.length === 0 ? null : Math.max(...losses),
    trouble: states.find(({ trouble }) => trouble !== null)?.trouble ?? null,
  };
}
