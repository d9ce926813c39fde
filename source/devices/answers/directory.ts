import { z } from 'zod';
import type { DeviceFile } from '../procedures.ts';

const bytes = z.coerce.number().int().nonnegative();

/** What `dir flash:` says on IOS-XE and EOS. */
export const directorySchema = z.object({
  totalBytes: bytes,
  freeBytes: bytes,
  files: z.array(z.object({ name: z.string().min(1), bytes })),
});

export interface Directory {
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly files: readonly DeviceFile[];
}

// IOS-XE puts an index first and a year into the date; EOS has neither.
const FILE = /^\s*(?:\d+\s+)?-[rwx-]{3}\s+(\d+)\s+\S.*\s(\S+)$/u;

/** Files without folders. What was not found is missing from the result. */
export function parseDirectory(answer: string): unknown {
  const space = /^(\d+) bytes total \((\d+) bytes free/mu.exec(answer);
  const files = answer.split('\n').flatMap((line) => {
    const match = FILE.exec(line);
    return match === null ? [] : [{ name: match[2], bytes: match[1] }];
  });
  return { totalBytes: space?.[1], freeBytes: space?.[2], files };
}
