import { expect, test } from 'vitest';
import { Door } from './door.ts';

const LIMITS = { sessions: 2, perAddress: 3, tries: 6, graceMs: 1000 };

test('an address has so many connections, those that left not among them', () => {
  const door = new Door(LIMITS);
  const inside = [door.enter('192.0.2.1'), door.enter('192.0.2.1'), door.enter('192.0.2.1')];
  expect(door.enter('192.0.2.1')).toBe('too many from this address');
  expect(door.enter('192.0.2.2')).toHaveProperty('left');
  const [first] = inside;
  if (first === undefined || typeof first === 'string') throw new Error('refused');
  first.left();
  first.left();
  expect(door.enter('192.0.2.1')).toHaveProperty('left');
  expect(door.enter('192.0.2.1')).toBe('too many from this address');
});

test('those who have not logged in are fewer than those who have', () => {
  const door = new Door({ ...LIMITS, sessions: 1000, perAddress: 1000 });
  const strangers = Array.from({ length: 10 }, () => door.enter('192.0.2.1'));
  expect(door.enter('192.0.2.1')).toBe('too many from this address');
  for (const one of strangers) if (typeof one !== 'string') one.loggedIn();
  expect(door.enter('192.0.2.1')).toHaveProperty('left');
  for (let index = 0; index < 63; index += 1) expect(door.enter(`198.51.100.${index}`)).toHaveProperty('left');
  expect(door.enter('203.0.113.9')).toBe('too many connections');
});

test('an address whose logins fail waits until the minute is over', () => {
  let now = 0;
  const door = new Door(LIMITS, () => now);
  for (let index = 0; index < 20; index += 1) door.failed('192.0.2.1');
  expect(door.enter('192.0.2.1')).toBe('too many failed logins');
  expect(door.enter('192.0.2.2')).toHaveProperty('left');
  now = 60_000;
  expect(door.enter('192.0.2.1')).toHaveProperty('left');
});
