import { ObjectType } from 'net-snmp';
import { cleanLine } from '../../model/text.ts';

/** A value as a device sent it, made sure of its type. `absent`: there is no such object, or it makes no sense. */
export type SnmpValue =
  | { readonly kind: 'integer'; readonly value: number }
  /** Counter32, Gauge32 or TimeTicks. */
  | { readonly kind: 'unsigned'; readonly value: number }
  | { readonly kind: 'counter64'; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly value: Buffer }
  | { readonly kind: 'oid'; readonly value: string }
  | { readonly kind: 'absent' }
  /** Past the last object that the device has. */
  | { readonly kind: 'end' };

export interface Varbind {
  readonly oid: string;
  readonly value: SnmpValue;
}

const ABSENT: SnmpValue = { kind: 'absent' };
const END: SnmpValue = { kind: 'end' };
/** Longest name that a tag can hold. */
const LONGEST_TEXT = 200;

/** Checks what net-snmp made of a part of an answer. Null if it is no varbind. */
export function readVarbind(raw: unknown): Varbind | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { oid, type, value }: { oid?: unknown; type?: unknown; value?: unknown } = raw;
  if (typeof oid !== 'string' || !isOid(oid)) return null;
  return { oid, value: readValue(type, value) };
}

function readValue(type: unknown, value: unknown): SnmpValue {
  switch (type) {
    case ObjectType.Integer:
      return isWhole(value, -(2 ** 31), 2 ** 31 - 1) ? { kind: 'integer', value } : ABSENT;
    case ObjectType.Counter:
    case ObjectType.Gauge:
    case ObjectType.TimeTicks:
      return isWhole(value, 0, 2 ** 32 - 1) ? { kind: 'unsigned', value } : ABSENT;
    case ObjectType.Counter64:
      return Buffer.isBuffer(value) ? counter64(value) : ABSENT;
    case ObjectType.OctetString:
      return Buffer.isBuffer(value) ? { kind: 'bytes', value } : ABSENT;
    case ObjectType.OID:
      return typeof value === 'string' ? { kind: 'oid', value } : ABSENT;
    case ObjectType.EndOfMibView:
      return END;
    default:
      return ABSENT;
  }
}

/** Up to eight bytes, and a zero before them where the first bit is set: BER's numbers have a sign. */
function counter64(bytes: Buffer): SnmpValue {
  if (bytes.length === 0 || bytes.length > 9 || (bytes.length === 9 && bytes[0] !== 0)) return ABSENT;
  return { kind: 'counter64', value: BigInt(`0x${bytes.toString('hex')}`) };
}

/** Without a pattern: it runs for every value. */
function isOid(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== 46 && (code < 48 || code > 57)) return false;
  }
  return text !== '';
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

/** A number that cannot be negative; null for anything else. */
export function countOf(value: SnmpValue | undefined): number | null {
  if (value?.kind !== 'integer' && value?.kind !== 'unsigned') return null;
  return value.value < 0 ? null : value.value;
}

/** A number with a sign, such as a temperature; null for anything else. */
export function signedOf(value: SnmpValue | undefined): number | null {
  return value?.kind === 'integer' || value?.kind === 'unsigned' ? value.value : null;
}

/** A count of 64 bits, or of 32; null for anything else. */
export function counterOf(value: SnmpValue | undefined): bigint | null {
  if (value?.kind === 'counter64') return value.value;
  return value?.kind === 'unsigned' ? BigInt(value.value) : null;
}

/** A text, safe for a line and for a tag; null for anything else, and for an empty one. */
export function textOf(value: SnmpValue | undefined, longest: number = LONGEST_TEXT): string | null {
  if (value?.kind !== 'bytes') return null;
  const text = cleanLine(value.value.toString('utf8')).replace(/\\+$/u, '').trim().slice(0, longest).trim();
  return text === '' ? null : text.toWellFormed();
}

/** Whether one OID, or part of one, comes after another in the order of a walk. */
export function comesAfter(later: string, earlier: string): boolean {
  if (!later.includes('.') && !earlier.includes('.')) return Number(later) > Number(earlier);
  const [a, b] = [later.split('.'), earlier.split('.')];
  for (let at = 0; at < a.length && at < b.length; at += 1) {
    const difference = Number(a[at]) - Number(b[at]);
    if (difference !== 0) return difference > 0;
  }
  return a.length > b.length;
}
