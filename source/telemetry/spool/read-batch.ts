import { type FileHandle, open } from 'node:fs/promises';
import { decodeRecord } from './record.ts';

/** A guess at a line, so that most batches are read at once. */
const BYTES_PER_LINE = 160;
const [LEAST_BYTES, MOST_BYTES] = [64 * 1024, 4 * 1024 * 1024];

/** Whole records that lie one after the other. */
export interface RecordsRead {
  readonly text: string;
  readonly lines: number;
  /** When the first of them was accepted; null without any. */
  readonly oldestAt: number | null;
  readonly end: number;
  /** Records that were passed over because they cannot be read. */
  readonly damaged: number;
}

/** Reads records from `from` to `to` until they come to `maxLines`; at least one, however long, if there is any. */
export async function readBatch(
  file: string,
  { from, to, maxLines }: { readonly from: number; readonly to: number; readonly maxLines: number },
): Promise<RecordsRead> {
  const guess = Math.min(Math.max(maxLines * BYTES_PER_LINE, LEAST_BYTES), MOST_BYTES);
  const handle = await open(file, 'r');
  try {
    const bytes = await readAt(handle, from, Math.min(guess, to - from));
    const first = decodeRecord(bytes, 0);
    const longer = first.kind === 'short' && first.needed <= to - from;
    return collect(longer ? await readAt(handle, from, first.needed) : bytes, { from, to, maxLines });
  } finally {
    await handle.close();
  }
}

function collect(bytes: Buffer, { from, to, maxLines }: { from: number; to: number; maxLines: number }): RecordsRead {
  const texts: string[] = [];
  let at = 0;
  let lines = 0;
  let oldestAt: number | null = null;
  let damaged = 0;
  while (at < bytes.length) {
    const found = decodeRecord(bytes, at);
    if (found.kind === 'short') {
      // More than was read is one for the next time; more than there is, is damage.
      if (at > 0 || from + found.needed <= to) break;
      damaged += 1;
      at = to - from;
    } else if (found.kind === 'damaged') {
      damaged += 1;
      at = found.end;
    } else {
      if (lines > 0 && lines + found.record.lines > maxLines) break;
      texts.push(found.record.payload.toString());
      lines += found.record.lines;
      oldestAt ??= found.record.acceptedAt;
      at = found.end;
    }
  }
  return { text: texts.join('\n'), lines, oldestAt, end: Math.min(from + at, to), damaged };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
