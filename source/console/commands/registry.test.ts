import { describe, expect, it } from 'vitest';
import { servicesForTest } from '../../../test/support/console.ts';
import type { Command } from './command.ts';
import { hintsOf } from './hints.ts';
import { createRegistry, keyConflicts } from './registry.ts';

function command(change: Partial<Command>): Command {
  return { id: 'x', title: 'x', keys: ['x'], category: 'Test', scope: ['fleet'], run: () => undefined, ...change };
}

describe('keyConflicts', () => {
  it('finds two commands on one screen that want one key', () => {
    const commands = [command({ id: 'a' }), command({ id: 'b', scope: ['router', 'fleet'] })];
    expect(keyConflicts(commands)).toEqual(['a and b both want x']);
    expect(() => createRegistry(commands)).toThrow('a and b both want x');
  });

  it('finds an id that occurs twice', () => {
    expect(keyConflicts([command({}), command({ scope: ['router'] })])).toEqual(['two commands are called x']);
  });

  it('lets a screen hide a global command, other screens use the key, and two commands share it by turns', () => {
    const turns = { when: () => true };
    const commands = [
      command({ id: 'a', scope: 'global' }),
      command({ id: 'b', ...turns }),
      command({ id: 'c', ...turns }),
      command({ id: 'd', scope: ['router'] }),
    ];
    expect(keyConflicts(commands)).toEqual([]);
  });
});

describe('find', () => {
  it("prefers the screen's own command", () => {
    const registry = createRegistry([command({ id: 'global', scope: 'global' }), command({ id: 'own' })]);
    const services = servicesForTest();
    expect(registry.find('x', 'fleet', services)?.command.id).toBe('own');
    expect(registry.find('x', 'router', services)?.command.id).toBe('global');
    expect(registry.find('y', 'fleet', services)).toBeNull();
  });

  it('takes the one of two whose turn it is', () => {
    const registry = createRegistry([command({ id: 'a', when: () => false }), command({ id: 'b', when: () => true })]);
    expect(registry.find('x', 'fleet', servicesForTest())?.command.id).toBe('b');
  });

  it('does not bind dangerous commands in read-only mode', () => {
    const registry = createRegistry([command({ dangerous: true })]);
    expect(registry.find('x', 'fleet', servicesForTest({ readOnly: true }))).toBeNull();
    expect(registry.find('x', 'fleet', servicesForTest())).not.toBeNull();
  });

  it('says which role is missing', () => {
    const registry = createRegistry([command({ requiredRole: 'admin' })]);
    expect(registry.find('x', 'fleet', servicesForTest())?.availability).toEqual({
      kind: 'disabled',
      reason: 'This needs the role admin; you are approver in acme.',
    });
  });
});

describe('hintsOf', () => {
  const registry = createRegistry([
    command({ id: 'b', keys: ['b'], hint: 2 }),
    command({ id: 'a', keys: ['enter'], hint: 1 }),
    command({ id: 'c', keys: ['c'] }),
    command({ id: 'd', keys: ['d'], hint: 3, disabledReason: () => 'not now' }),
  ]);

  it('lists what works now, in its order', () => {
    expect(hintsOf(registry.on('fleet', servicesForTest()), false).map(({ key }) => key)).toEqual(['↵', 'b']);
  });

  it('lists only keys that type nothing while text is written', () => {
    expect(hintsOf(registry.on('fleet', servicesForTest()), true).map(({ key }) => key)).toEqual(['↵']);
  });
});
