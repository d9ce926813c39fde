import { expect, test } from 'vitest';
import { UserError } from '../config/user-error.ts';
import { toEvents, toName, toUrl } from './webhooks-flags.ts';

test.for([
  ['--url URL is needed', () => toUrl(undefined, false)],
  ['"ftp://x.example" is no address', () => toUrl('ftp://x.example', true)],
  ['is no address', () => toUrl('x.example', true)],
  ['say --allow-http', () => toUrl('http://x.example', false)],
  ['must not have a login in it', () => toUrl('https://u:p@x.example', false)],
  ['longer than 2048', () => toUrl(`https://x.example/${'a'.repeat(2048)}`, false)],
  ['"a b" is no name', () => toName('a b')],
  [
    'no event "upgrade.hold". Did you mean "upgrade.held"? They are: upgrade.requested, ',
    () => toEvents('upgrade.hold'),
  ],
] as const)('refuses in one sentence: %s', ([sentence, read]) => {
  expect(read).toThrow(UserError);
  expect(read).toThrow(sentence);
});

test('addresses and events are taken as they are meant', () => {
  expect(toUrl('https://X.example/a?b=c#d', false)).toBe('https://x.example/a?b=c');
  expect(toUrl('http://127.0.0.1:8080', true)).toBe('http://127.0.0.1:8080/');
  expect(toEvents('upgrade.held, plan.stopped,upgrade.held')).toEqual(['upgrade.held', 'plan.stopped']);
  expect(toEvents(undefined)).toEqual([]);
});
