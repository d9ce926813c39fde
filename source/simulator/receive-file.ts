import { createHash } from 'node:crypto';
import type { FlashFile } from './flash.ts';
import type { Machine } from './machine.ts';

const MOST_EARLY = 256;

/** A file that somebody sends. Its bytes are counted and hashed, and nothing is kept of them. */
export class ReceivedFile {
  readonly #machine: Machine;
  readonly #name: string;
  readonly #sha256 = createHash('sha256');
  readonly #sha512 = createHash('sha512');
  readonly #md5 = createHash('md5');
  readonly #endWriting: () => boolean;
  /** Parts that came before those in front of them. */
  readonly #early = new Map<number, Buffer>();
  #file: FlashFile;
  #ended = false;

  constructor(machine: Machine, name: string) {
    this.#machine = machine;
    this.#name = name;
    this.#endWriting = machine.writers.begin(name);
    machine.flash.remove(name);
    this.#file = { name, sizeBytes: 0, changedAt: machine.now(), sha256: '', sha512: '', version: null };
    machine.flash.put(this.#file);
  }

  get sizeBytes(): number {
    return this.#file.sizeBytes;
  }

  /** Bytes for some place of the file. False if there is no room. */
  writeAt(offset: number, bytes: Buffer): boolean {
    if (offset !== this.#file.sizeBytes) {
      // Clients send several parts at once. Who leaves holes is not served.
      if (offset < this.#file.sizeBytes || this.#early.size >= MOST_EARLY) return false;
      this.#early.set(offset, Buffer.from(bytes));
      return true;
    }
    let next: Buffer | undefined = bytes;
    while (next !== undefined) {
      if (!this.write(next)) return false;
      const place = this.#file.sizeBytes;
      next = this.#early.get(place);
      this.#early.delete(place);
    }
    return true;
  }

  /** The next bytes. False if there is no room. */
  write(bytes: Buffer): boolean {
    const { flash } = this.#machine;
    if (flash.freeBytes < bytes.length) return false;
    for (const hash of [this.#sha256, this.#sha512, this.#md5]) hash.update(bytes);
    this.#replace({ ...this.#file, sizeBytes: this.#file.sizeBytes + bytes.length });
    return true;
  }

  /** All is there, or nothing more comes. Harmless when repeated. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const spoiled = this.#endWriting();
    const sha256 = this.#sha256.digest('hex');
    const known = [...this.#machine.surroundings.images.values()].find((image) => image.sha256 === sha256);
    this.#replace({
      ...this.#file,
      sha256: spoiled ? sha256.replaceAll(/./gu, '0') : sha256,
      sha512: this.#sha512.digest('hex'),
      md5: this.#md5.digest('hex'),
      version: spoiled ? null : (known?.version ?? null),
    });
  }

  #replace(file: FlashFile): void {
    const { flash } = this.#machine;
    if (flash.find(this.#name) === this.#file) flash.put(file);
    this.#file = file;
  }
}
