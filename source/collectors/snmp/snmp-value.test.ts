import { anything, assert, bigInt, constantFrom, integer, oneof, property, string, uint8Array } from 'fast-check';
import { ObjectType } from 'net-snmp';
import { expect, test } from 'vitest';
import { comesAfter, counterOf, countOf, readVarbind, signedOf, textOf } from './snmp-value.ts';

const OID = '1.3.6.1';
const read = (type: unknown, value: unknown) => readVarbind({ oid: OID, type, value })?.value;

test('whatever comes is a value of its type, or none', () => {
  const raw = oneof(
    anything(),
    integer(),
    uint8Array().map((bytes) => Buffer.from(bytes)),
    string(),
  );
  assert(
    property(integer({ min: 0, max: 140 }), raw, (type, value) => {
      const found = read(type, value);
      const count = countOf(found);
      expect(count === null || (Number.isInteger(count) && count >= 0 && count < 2 ** 32)).toBe(true);
      const counter = counterOf(found);
      expect(counter === null || (counter >= 0n && counter < 2n ** 64n)).toBe(true);
      expect(textOf(found) ?? '').not.toMatch(/[\u0000-\u001f\u007f-\u009f]|\\$/u);
    }),
  );
});

test('what is no varbind is none', () => {
  assert(
    property(anything(), (raw) => {
      expect(readVarbind(raw)).toBeNull();
    }),
  );
  expect(readVarbind({ oid: '1.3.a', type: ObjectType.Integer, value: 1 })).toBeNull();
  expect(readVarbind({ type: ObjectType.Integer, value: 1 })).toBeNull();
});

test('counters of 64 bits are read whole, from as many bytes as BER has for them', () => {
  assert(
    property(bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      const digits = value.toString(16);
      const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
      const signed = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes;
      expect(counterOf(read(ObjectType.Counter64, signed))).toBe(value);
    }),
  );
  expect(counterOf(read(ObjectType.Counter64, Buffer.alloc(0)))).toBeNull();
  expect(counterOf(read(ObjectType.Counter64, Buffer.alloc(9, 1)))).toBeNull();
});

test('a number is one by its type, and not by how it looks', () => {
  expect(countOf(read(ObjectType.Gauge, 7))).toBe(7);
  expect(countOf(read(ObjectType.Integer, -7))).toBeNull();
  expect(signedOf(read(ObjectType.Integer, -7))).toBe(-7);
  expect(countOf(read(ObjectType.OctetString, Buffer.from('7')))).toBeNull();
  expect(countOf(read(ObjectType.NoSuchInstance, null))).toBeNull();
  expect(countOf(read(ObjectType.Counter, 2 ** 32))).toBeNull();
});

test('texts are safe for a line and a tag', () => {
  expect(textOf(read(ObjectType.OctetString, Buffer.from('Gi0/1\u001b[2J\n\\')))).toBe('Gi0/1');
  expect(textOf(read(ObjectType.OctetString, Buffer.from([0xff, 0xfe])))).toBe('\ufffd\ufffd');
  expect(textOf(read(ObjectType.OctetString, Buffer.from('  ')))).toBeNull();
});

test('the order of a walk is that of its numbers', () => {
  expect(comesAfter('10', '9')).toBe(true);
  expect(comesAfter('9', '10')).toBe(false);
  expect(comesAfter('1.1', '1')).toBe(true);
  expect(comesAfter('1', '1')).toBe(false);
  const part = integer({ min: 0, max: 300 });
  const index = oneof(part.map(String), constantFrom('1.2', '1.10', '2.0.1'));
  assert(
    property(index, index, (a, b) => {
      expect(comesAfter(a, b) && comesAfter(b, a)).toBe(false);
    }),
  );
});
