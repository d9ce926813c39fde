import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What is on record of an image file. Digests in lower-case hexadecimal. */
export interface ImageDigests {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly sha512: string;
}

export interface ReadImageOptions {
  /** A new file that gets the same bytes, flushed to the disk; what was written of it stays if the reading fails. */
  readonly copyTo?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After each piece: how many bytes were read by now. */
  onBytes?(read: number): void;
}

/** For the group too, so that an image server of the same group may read it. */
const COPY_MODE = 0o640;
/** Images have some GB: larger pieces than Node's default. */
const PIECE = 1 << 20;

/** Reads a file through once, for its size and both digests. Rejects with the system's error, or with the signal's reason. */
export async function readImage(file: string, options: ReadImageOptions = {}): Promise<ImageDigests> {
  const { copyTo, signal } = options;
  const [sha256, sha512] = [createHash('sha256'), createHash('sha512')];
  let sizeBytes = 0;
  async function* measured(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const piece of source) {
      sha256.update(piece);
      sha512.update(piece);
      sizeBytes += piece.length;
      options.onBytes?.(sizeBytes);
      yield piece;
    }
  }
  const target =
    copyTo === undefined
      ? new Writable({ write: (_piece, _encoding, done) => done() })
      : createWriteStream(copyTo, { flags: 'wx', mode: COPY_MODE, flush: true });
  try {
    await pipeline(
      createReadStream(file, { highWaterMark: PIECE }),
      measured,
      target,
      signal === undefined ? {} : { signal },
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
  return { sizeBytes, sha256: sha256.digest('hex'), sha512: sha512.digest('hex') };
}
