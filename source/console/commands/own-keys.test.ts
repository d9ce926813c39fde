import { describe, expect, it } from 'vitest';
import type { Command } from './command.ts';
import { withOwnKeys } from './own-keys.ts';

function command(id: string, keys: readonly string[], change: Partial<Command> = {}): Command {
  return { id, title: id, keys, category: 'Test', scope: ['fleet'], run: () => undefined, ...change };
}

const defaults = [
  command('fleet.mark', ['space']),
  command('fleet.sort', ['s']),
  command('router.sort', ['s'], { scope: ['router'] }),
  command('console.help', ['?'], { scope: 'global' }),
  command('console.quit-now', ['ctrl+c'], { scope: 'global', always: true }),
];

const keysOf = (wanted: Record<string, string[]>): unknown =>
  Object.fromEntries(withOwnKeys(defaults, wanted).commands.map(({ id, keys }) => [id, keys.join(' ')]));

describe('own keys', () => {
  it('take the place of the default ones', () => {
    expect(keysOf({ 'fleet.mark': ['m', 'ctrl+k'] })).toMatchObject({ 'fleet.mark': 'm ctrl+k', 'fleet.sort': 's' });
    expect(withOwnKeys(defaults, { 'fleet.mark': ['m'] }).faults).toEqual([]);
  });

  it('can be exchanged, hide a global key, be the same on two screens, and be none', () => {
    const wanted = { 'fleet.mark': ['s'], 'fleet.sort': ['space'], 'router.sort': ['?'], 'console.help': [] };
    expect(withOwnKeys(defaults, wanted).faults).toEqual([]);
    expect(keysOf(wanted)).toMatchObject({ 'fleet.mark': 's', 'fleet.sort': 'space', 'console.help': '' });
  });

  it.each([
    [{ 'fleet.mark': ['s'] }, 'fleet.mark cannot have the key s, which fleet.sort has; it keeps space.'],
    [
      { 'fleet.nothing': ['m'] },
      'The preferences give keys to fleet.nothing, which is no command; docs/keys.md lists them.',
    ],
    [
      { 'fleet.mark': ['hyper+m'] },
      'The preferences give fleet.mark the key hyper+m, which is none: a character, or a name such as ctrl+k.',
    ],
    [
      { 'fleet.mark': [''] },
      'The preferences give fleet.mark the key , which is none: a character, or a name such as ctrl+k.',
    ],
    [
      { 'fleet.mark': ['ctrl+c'] },
      'fleet.mark cannot have a key of console.quit-now, which has to work everywhere; it keeps space.',
    ],
    [{ 'console.quit-now': ['Q'] }, 'console.quit-now keeps its keys: they have to work everywhere.'],
  ] satisfies readonly (readonly [Record<string, string[]>, string])[])(
    '%j: the default stays, and it is said why',
    (wanted, fault) => {
      const { commands, faults } = withOwnKeys(defaults, wanted);
      expect(faults).toEqual([fault]);
      expect(commands).toEqual(defaults);
    },
  );

  it('of two that want the same, neither gets it', () => {
    const { commands, faults } = withOwnKeys(defaults, { 'fleet.mark': ['m'], 'fleet.sort': ['m'] });
    expect(faults).toEqual(['fleet.mark cannot have the key m, which fleet.sort has; it keeps space.']);
    expect(commands).toEqual(defaults);
  });
});
