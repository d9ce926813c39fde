import { readBatch, type RecordsRead } from './read-batch.ts';

/** Where reading goes on in a segment. */
interface Start {
  readonly file: string;
  readonly from: number;
}

/** Reads batches, each while the one before it is being sent. */
export class ReadAhead {
  #next: { readonly start: Start; readonly read: Promise<RecordsRead | null> } | null = null;

  /** Null if the file cannot be read. */
  async read(start: Start, to: number, maxLines: number): Promise<RecordsRead | null> {
    const next = this.#next;
    this.#next = null;
    const expected = next !== null && next.start.file === start.file && next.start.from === start.from;
    const found = await (expected ? next.read : readNow(start, to, maxLines));
    if (found !== null && found.end < to) {
      const following = { file: start.file, from: found.end };
      this.#next = { start: following, read: readNow(following, to, maxLines) };
    }
    return found;
  }
}

function readNow({ file, from }: Start, to: number, maxLines: number): Promise<RecordsRead | null> {
  return readBatch(file, { from, to, maxLines }).catch(() => null);
}
