/** Tags of ASN.1 and SMI that SNMP uses. */
export const TAG = {
  integer: 0x02,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  counter32: 0x41,
  gauge32: 0x42,
  timeTicks: 0x43,
  counter64: 0x46,
  noSuchInstance: 0x81,
  endOfMibView: 0x82,
} as const;

/** One value: its tag, what stands in it, and where it begins in the message. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/** A tag, a length and what has that length. */
export function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), ...parts]);
}

/** A whole number with a sign, of up to 64 bits. */
export function encodeNumber(tag: number, value: number | bigint): Buffer {
  let rest = BigInt(value);
  const bytes: number[] = [];
  do {
    bytes.unshift(Number(rest & 0xffn));
    rest >>= 8n;
  } while (rest !== 0n && rest !== -1n);
  const first = bytes[0] ?? 0;
  if (rest === 0n && first >= 0x80) bytes.unshift(0);
  if (rest === -1n && first < 0x80) bytes.unshift(0xff);
  return encode(tag, Buffer.from(bytes));
}

export function encodeOid(oid: readonly number[]): Buffer {
  const [first = 1, second = 3, ...rest] = oid;
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part % 128];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128)) groups.unshift((left % 128) + 128);
    bytes.push(...groups);
  }
  return encode(TAG.oid, Buffer.from(bytes));
}

/** The values that stand one after another. Throws a `RangeError` if one is cut off. */
export function decode(bytes: Buffer): readonly Element[] {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes.readUInt8(at);
    const first = bytes.readUInt8(at + 1);
    const extra = first < 0x80 ? 0 : first & 0x7f;
    if (extra > 4) throw new RangeError('too long');
    const length = extra === 0 ? first & 0x7f : bytes.readUIntBE(at + 2, extra);
    const start = at + 2 + extra;
    if (start + length > bytes.length) throw new RangeError('cut off');
    elements.push({ tag, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}

/** The values inside one with this tag. */
export function inside(element: Element | undefined, tag: number): readonly Element[] {
  if (element?.tag !== tag) throw new RangeError('another tag');
  return decode(element.content);
}

export function numberIn(element: Element | undefined): number {
  if (element?.tag !== TAG.integer || element.content.length === 0 || element.content.length > 6) {
    throw new RangeError('no number');
  }
  return element.content.readIntBE(0, element.content.length);
}

export function bytesIn(element: Element | undefined): Buffer {
  if (element?.tag !== TAG.octets) throw new RangeError('no bytes');
  return element.content;
}

export function oidIn(element: Element | undefined): readonly number[] {
  if (element?.tag !== TAG.oid) throw new RangeError('no OID');
  const [first = 0, ...rest] = element.content;
  const oid = [Math.floor(first / 40), first % 40];
  let part = 0;
  for (const byte of rest) {
    part = part * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      oid.push(part);
      part = 0;
    }
  }
  return oid;
}
