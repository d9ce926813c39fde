/** Reads SSH's wire format (RFC 4251, section 5) from the start on. Every method throws a RangeError past the end. */
export interface WireReader {
  /** A string, also an mpint: its bytes. */
  bytes(): Buffer;
  text(): string;
  uint32(): number;
  uint64(): bigint;
  skip(count: number): void;
  /** So many bytes as they are. */
  take(count: number): Buffer;
  readonly done: boolean;
  /** How many bytes were read. */
  readonly position: number;
}

export function readWire(blob: Buffer): WireReader {
  let at = 0;
  const take = (count: number): Buffer => {
    if (at + count > blob.length) throw new RangeError('The key is cut off.');
    at += count;
    return blob.subarray(at - count, at);
  };
  const uint32 = (): number => take(4).readUInt32BE();
  const bytes = (): Buffer => take(uint32());
  return {
    bytes,
    take,
    uint32,
    text: () => bytes().toString('utf8'),
    uint64: () => take(8).readBigUInt64BE(),
    skip: (count) => void take(count),
    get done() {
      return at === blob.length;
    },
    get position() {
      return at;
    },
  };
}

/** Strings one after the other, each with its length before it. */
export function writeWire(strings: readonly Buffer[]): Buffer {
  return Buffer.concat(
    strings.flatMap((bytes) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
