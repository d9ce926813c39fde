import { crc32 } from 'node:zlib';

/** Lines that were accepted together, as they are sent and as they lie on disk. */
export interface WaitingRecord {
  /** Lines of the line protocol with a line feed between two, in UTF-8. */
  readonly payload: Buffer;
  readonly lines: number;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
}

/** Bytes before the payload: its length, the checksum of all that follows, the number of lines, the time. */
const HEADER_BYTES = 20;
/** No record is larger, so a larger length is damage. */
const MAX_PAYLOAD_BYTES = 256 * 1024 * 1024;

export function recordOf(lines: readonly string[], acceptedAt: number): WaitingRecord {
  return { payload: Buffer.from(lines.join('\n')), lines: lines.length, acceptedAt };
}

export function sizeOf({ payload }: WaitingRecord): number {
  return HEADER_BYTES + payload.length;
}

export function encodeRecord({ payload, lines, acceptedAt }: WaitingRecord): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  bytes.writeUInt32LE(payload.length, 0);
  bytes.writeUInt32LE(lines, 8);
  bytes.writeDoubleLE(acceptedAt, 12);
  payload.copy(bytes, HEADER_BYTES);
  bytes.writeUInt32LE(checksum(bytes), 4);
  return bytes;
}

/** What lies at a place: a record, one whose checksum is wrong, or fewer bytes than it says it has. */
export type Found =
  | { readonly kind: 'record'; readonly record: WaitingRecord; readonly end: number }
  | { readonly kind: 'damaged'; readonly end: number }
  | { readonly kind: 'short'; readonly needed: number };

/** Reads what begins at `at`. The payload is a view of `bytes`. */
export function decodeRecord(bytes: Buffer, at: number): Found {
  if (bytes.length < at + HEADER_BYTES) return { kind: 'short', needed: HEADER_BYTES };
  const length = bytes.readUInt32LE(at);
  const end = at + HEADER_BYTES + length;
  // A length that cannot be says nothing about where the next record begins: damaged to the end.
  if (length === 0 || length > MAX_PAYLOAD_BYTES) return { kind: 'damaged', end: Number.POSITIVE_INFINITY };
  if (end > bytes.length) return { kind: 'short', needed: HEADER_BYTES + length };
  if (checksum(bytes.subarray(at, end)) !== bytes.readUInt32LE(at + 4)) return { kind: 'damaged', end };
  const record = {
    payload: bytes.subarray(at + HEADER_BYTES, end),
    lines: bytes.readUInt32LE(at + 8),
    acceptedAt: bytes.readDoubleLE(at + 12),
  };
  return { kind: 'record', record, end };
}

function checksum(record: Buffer): number {
  return crc32(record.subarray(8), record.readUInt32LE(0));
}
