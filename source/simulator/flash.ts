/** A file on a simulated device. */
export interface FlashFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly changedAt: Date;
  readonly sha256: string;
  readonly sha512: string;
  readonly md5?: string | undefined;
  /** The software in it; null for anything else. */
  readonly version: string | null;
}

/** The files of a device, and the room for them. */
export class Flash {
  readonly totalBytes: number;
  readonly #files = new Map<string, FlashFile>();
  #heldBytes = 0;
  /** Whether something besides the files takes all the room. */
  readonly #isFull: () => boolean;

  constructor(totalBytes: number, isFull: () => boolean) {
    this.totalBytes = totalBytes;
    this.#isFull = isFull;
  }

  get files(): readonly FlashFile[] {
    return [...this.#files.values()];
  }

  get freeBytes(): number {
    if (this.#isFull()) return 0;
    return Math.max(
      0,
      this.files.reduce((free, { sizeBytes }) => free - sizeBytes, this.totalBytes - this.#heldBytes),
    );
  }

  find(name: string): FlashFile | undefined {
    return this.#files.get(name);
  }

  put(file: FlashFile): void {
    this.#files.set(file.name, file);
  }

  /** False if there is no such file. `held`: somebody still has it open, so its room stays taken. */
  remove(name: string, held = false): boolean {
    if (held) this.#heldBytes += this.#files.get(name)?.sizeBytes ?? 0;
    return this.#files.delete(name);
  }

  /** False if there is no such file. */
  rename(from: string, to: string): boolean {
    const file = this.#files.get(from);
    if (file === undefined) return false;
    this.#files.delete(from);
    this.#files.set(to, { ...file, name: to });
    return true;
  }
}
