import { expect, test, vi } from 'vitest';
import { PLATFORMS, type Platform } from '../model/platform.ts';
import { machineOf } from './machine-of.ts';
import { SIMULATED_PLATFORMS } from './platforms.ts';
import { Shell } from './shell.ts';

interface Opened {
  readonly type: (keys: string) => string;
  readonly start: () => string;
  /** What came after that which `type` or `start` gave. */
  readonly printed: () => string;
}

function open(platform: Platform): Opened {
  const login = { user: 'me', password: 'p' };
  const device = { hostname: 'r1', platform, vendor: 'V', model: 'M1', serial: 'S', version: '1.2.3', ...login };
  const session = {
    machine: machineOf({ ...device, bootedAt: new Date(0) }, { now: () => new Date(60_000) }),
    privileged: true,
    screenLength: 10,
    screenWidth: 80,
  };
  let printed = '';
  const output = { write: (text: string) => (printed += text), close: () => (printed += '[closed]'), cut: () => {} };
  const shell = new Shell(SIMULATED_PLATFORMS[platform], session, output);
  const printedBy = (work: () => void): string => {
    work();
    const now = printed;
    printed = '';
    return now;
  };
  return {
    type: (keys) => printedBy(() => shell.type(keys)),
    start: () => printedBy(() => shell.start()),
    printed: () => printed,
  };
}

test.each(PLATFORMS)('%s: what is typed too early is done after the first prompt', (platform) => {
  const shell = open(platform);
  expect(shell.type('exit\r')).toBe('');
  expect(shell.start()).toMatch(/r1(?:#|> )exit\r\n(?:\r\n)?\[closed\]$/u);
});

test('a question mark lists what may come next, and gives the line back', () => {
  const shell = open('ios-xe');
  shell.start();
  expect(shell.type('show ?')).toMatch(/^show \?\r\n(?: {2}[\w-]+\r\n){5,20}r1#show $/u);
  expect(shell.type('v?')).toBe('v?\r\n  version\r\nr1#show v');
  expect(shell.type('ersion ?')).toBe('ersion ?\r\n  <cr>\r\nr1#show version ');
  expect(shell.type('\u0003?')).toContain('  terminal\r\n');
});

test('keys at the end of a page go to the pager, not to the next line', () => {
  const shell = open('junos');
  shell.start();
  expect(shell.type('show version\r')).toMatch(/---\(more\)---$/u);
  expect(shell.type('xyz')).toBe('');
  expect(shell.type('q')).toBe(`\r${' '.repeat(40)}\r\r\nme@r1> `);
  expect(shell.type('quit\r')).toBe('quit\r\n\r\n[closed]');
});

test('a question takes what is typed, one key where one is enough, and a return after it is no line', async () => {
  const shell = open('eos');
  shell.start();
  expect(shell.type('reload\r\n')).toBe('reload\r\nProceed with reload? [confirm]');
  expect(shell.type('n\r\n')).toBe('n\r\n');
  await vi.waitFor(() => expect(shell.printed()).toBe('r1#'));
  expect(shell.type('show clock\r')).toMatch(/^r1#show clock\r\n.*1970\r\n/u);
});

test('an interrupt at a question ends the command, and what was typed ahead is the next line', async () => {
  const shell = open('ios-xe');
  shell.start();
  expect(shell.type('rename flash:a flash:b\r')).toMatch(/Destination filename \[b\]\? $/u);
  expect(shell.type('c\u0003show clock\r')).toBe('c^C\r\n');
  await vi.waitFor(() => expect(shell.printed()).toMatch(/^r1#show clock\r\n00:01:00\.000 UTC.*\r\nr1#$/u));
});
