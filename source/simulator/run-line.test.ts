import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { PLATFORMS, type Platform } from '../model/platform.ts';
import type { CliSession } from './cli-session.ts';
import { machineOf } from './machine-of.ts';
import { SIMULATED_PLATFORMS } from './platforms.ts';
import { type LineResult, runLine } from './run-line.ts';

const NOW = new Date('2026-03-01T12:00:00.042Z');

function session(platform: Platform): CliSession {
  const device = {
    hostname: 'r1',
    platform,
    vendor: 'V',
    model: 'MX204',
    serial: 'S1',
    version: '17.9.4',
    user: 'me',
    password: 'p',
    bootedAt: new Date('2026-02-01T12:00:00Z'),
  };
  return { machine: machineOf(device, { now: () => NOW }), privileged: true, screenLength: 24, screenWidth: 80 };
}

function run(platform: Platform, line: string, state = session(platform)): LineResult {
  return runLine(SIMULATED_PLATFORMS[platform], state, line, 3);
}

describe('commands', () => {
  test.each(PLATFORMS)('%s: words may be shortened, and cases mixed', (platform) => {
    expect(run(platform, ' SH  ver ').text).toBe(run(platform, 'show version').text);
    expect(run(platform, 'show version').text.length).toBeGreaterThan(300);
  });

  test.each(PLATFORMS)('%s: an empty line answers nothing, and exit hangs up', (platform) => {
    expect(run(platform, '  ')).toStrictEqual({ text: '', close: false, paged: false });
    expect(run(platform, 'exit').close).toBe(true);
    expect(run(platform, 'qui').close).toBe(true);
  });

  test.each<readonly [Platform, string, string]>([
    ['ios-xe', 'foo', '% Unknown command or computer name, or unable to find computer address\n'],
    ['ios-xe', 'show foo', "        ^\n% Invalid input detected at '^' marker.\n\n"],
    ['ios-xe', 'show', '% Incomplete command.\n\n'],
    ['ios-xe', 'e', '% Ambiguous command:  "e"\n'],
    ['ios-xe', 'show version | json', "                ^\n% Invalid input detected at '^' marker.\n\n"],
    ['junos', 'foo', '   ^\nunknown command.\n'],
    ['junos', 'show foo', '        ^\nsyntax error, expecting <command>.\n'],
    ['junos', 'show', '       ^\nsyntax error, expecting <command>.\n'],
    ['junos', 's', "'s' is ambiguous.\nPossible completions:\n  show\n  set\n"],
    ['eos', 'foo', "% Invalid input (at token 0: 'foo')\n"],
    ['eos', 'show foo', "% Invalid input (at token 1: 'foo')\n"],
    ['eos', 'show', '% Incomplete command\n'],
    ['eos', 'e', "% Ambiguous command (at token 0: 'e')\n"],
  ])('%s: `%s` is refused in its own words', (platform, line, text) => {
    expect(run(platform, line).text).toBe(text);
  });

  test.each<readonly [Platform, string, string]>([
    ['ios-xe', 'terminal length 0', ''],
    ['junos', 'set cli screen-length 0', 'Screen length set to 0\n'],
    ['eos', 'term len 0', 'Pagination disabled.\n'],
  ])('%s: `%s` turns paging off', (platform, line, text) => {
    const state = session(platform);
    expect(run(platform, line, state).text).toBe(text);
    expect(state.screenLength).toBe(0);
  });

  test.each<Platform>(['ios-xe', 'eos'])('%s: enable and disable change the prompt', (platform) => {
    const state = session(platform);
    run(platform, 'disable', state);
    expect(SIMULATED_PLATFORMS[platform].prompt(state)).toBe('r1>');
    run(platform, 'en', state);
    expect(SIMULATED_PLATFORMS[platform].prompt(state)).toBe('r1#');
  });
});

describe('pipes', () => {
  test('EOS gives JSON', () => {
    const versionSchema = z.object({ version: z.string(), uptime: z.number(), bootupTimestamp: z.number() });
    const facts = versionSchema.parse(JSON.parse(run('eos', 'show version | json').text));
    expect(facts).toStrictEqual({ version: '17.9.4', uptime: 28 * 86_400 + 0.042, bootupTimestamp: 1_769_947_200 });
  });

  test('lines are kept and left out', () => {
    expect(run('ios-xe', 'show version | include Processor').text).toBe('Processor board ID S1\n');
    expect(run('junos', 'show version | match Junos: | no-more')).toStrictEqual({
      text: 'Junos: 17.9.4\n',
      close: false,
      paged: false,
    });
    expect(run('eos', 'show version | exclude e').text).not.toContain('e');
    expect(run('eos', 'show version | include nowhere').text).toBe('');
  });
});

test('IOS-XE shows the time as its clock does', () => {
  expect(run('ios-xe', 'show clock').text).toBe('12:00:00.042 UTC Sun Mar 1 2026\n');
});
