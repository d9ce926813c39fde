import { readdir } from 'node:fs/promises';
import path from 'node:path';

const SEGMENT = /^(\d{8,})\.lines$/u;

export interface SegmentFile {
  readonly number: number;
  readonly file: string;
}

export function segmentPath(folder: string, number: number): string {
  return path.join(folder, `${String(number).padStart(8, '0')}.lines`);
}

/** The segments of a folder, oldest first. */
export async function listSegments(folder: string): Promise<SegmentFile[]> {
  const names = await readdir(folder);
  const segments = names.flatMap((name) => {
    const number = SEGMENT.exec(name)?.[1];
    return number === undefined ? [] : [{ number: Number(number), file: path.join(folder, name) }];
  });
  return segments.toSorted((left, right) => left.number - right.number);
}
