import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';

/** Longest time that written bytes may not be on the disk yet, milliseconds. */
const SYNC_EVERY_MS = 1000;

/**
 * Appends to one segment. What `append` has written survives the death of the process; the death of the machine it survives
 * a second later, when the file has been synchronised.
 */
export class SegmentWriter {
  readonly #file: FileHandle;
  #length = 0;
  #timer: NodeJS.Timeout | undefined;
  #syncing: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Rejects if the file is already there. */
  static async create(file: string): Promise<SegmentWriter> {
    const writer = new SegmentWriter(await open(file, 'wx', 0o600));
    await syncFolder(path.dirname(file));
    return writer;
  }

  get length(): number {
    return this.#length;
  }

  /** Writes all of it or, as far as later readers can tell, nothing: then it rejects. */
  async append(bytes: Buffer): Promise<void> {
    try {
      let written = 0;
      while (written < bytes.length) {
        const step = await this.#file.write(bytes, written, bytes.length - written, this.#length + written);
        written += step.bytesWritten;
      }
    } catch (error) {
      await this.#file.truncate(this.#length).catch(() => undefined);
      throw error;
    }
    this.#length += bytes.length;
    this.#timer ??= setTimeout(() => this.#sync(), SYNC_EVERY_MS).unref();
  }

  async close(): Promise<void> {
    if (this.#timer !== undefined) this.#sync();
    await this.#syncing;
    await this.#file.close();
  }

  /** A failure here is not told: the bytes are with the operating system, and the next append fails if the disk has. */
  #sync(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#syncing = this.#syncing.then(() => this.#file.datasync()).catch(() => undefined);
  }
}

/** A new file's name is safe when its folder has been synchronised. Not every system can, and then its journal has to do. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
