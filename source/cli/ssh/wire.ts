/** Reads SSH's wire format (RFC 4251, section 5) from the start on. Every method throws a RangeError past the end. */
export interface WireReader {
  /** A string, also an mpint: its bytes. */
  bytes(): Buffer;
  text(): string;
  uint32(): number;
  skip(count: number): void;
  readonly done: boolean;
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
    uint32,
    text: () => bytes().toString('utf8'),
    skip: (count) => void take(count),
    get done() {
      return at === blob.length;
    },
  };
}
