import { type FileHandle, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';

/** Everything before this place has been dealt with. */
export interface Place {
  readonly segment: number;
  readonly offset: number;
}

const NAME = 'cursor';
const BYTES = 20;

/** Where reading goes on after a restart; null if that is not known, and then it begins again at the first segment. */
export async function readCursor(folder: string): Promise<Place | null> {
  const bytes = await readFile(path.join(folder, NAME)).catch(() => null);
  if (bytes?.length !== BYTES || crc32(bytes.subarray(4)) !== bytes.readUInt32LE(0)) return null;
  return { segment: bytes.readDoubleLE(4), offset: bytes.readDoubleLE(12) };
}

/** Keeps the place in one small write, so that a process that is killed leaves the old place or the new one. */
export class CursorFile {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(folder: string): Promise<CursorFile> {
    return new CursorFile(await open(path.join(folder, NAME), 'w+', 0o600));
  }

  async keep({ segment, offset }: Place): Promise<void> {
    const bytes = Buffer.alloc(BYTES);
    bytes.writeDoubleLE(segment, 4);
    bytes.writeDoubleLE(offset, 12);
    bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
    await this.#file.write(bytes, 0, BYTES, 0);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
