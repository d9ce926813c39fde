import type { ConsoleServices } from '../services.ts';
import { availability, type Availability } from './availability.ts';
import type { Command } from './command.ts';

export interface FoundCommand {
  readonly command: Command;
  readonly availability: Availability;
}

/** All commands of the console, looked up by key, by screen or by id. */
export interface CommandRegistry {
  readonly all: readonly Command[];
  byId(id: string): Command | undefined;
  /** The commands of a screen and the global ones that it does not hide, ready or disabled, in the order of declaration. */
  on(routeId: string, services: ConsoleServices): readonly FoundCommand[];
  /** What a key does on a screen: the screen's own command before a global one, a ready one before a disabled one. */
  find(key: string, routeId: string, services: ConsoleServices): FoundCommand | null;
}

/** @throws Error if two commands have the same id or fight for a key (see {@link keyConflicts}): a mistake in the program. */
export function createRegistry(commands: readonly Command[]): CommandRegistry {
  const conflicts = keyConflicts(commands);
  if (conflicts.length > 0) throw new Error(`Commands conflict: ${conflicts.join('; ')}`);
  const byId = new Map(commands.map((command) => [command.id, command]));
  const candidates = (routeId: string): readonly Command[] => [
    ...commands.filter(({ scope }) => scope !== 'global' && scope.includes(routeId)),
    ...commands.filter(({ scope }) => scope === 'global'),
  ];
  return {
    all: commands,
    byId: (id) => byId.get(id),
    on(routeId, services) {
      const taken = new Set<string>();
      return candidates(routeId).flatMap((command) => {
        const found = check(command, services);
        if (
          found.availability.kind === 'absent' ||
          (command.keys.length > 0 && command.keys.every((key) => taken.has(key)))
        )
          return [];
        for (const key of command.keys) taken.add(key);
        return found;
      });
    },
    find(key, routeId, services) {
      const bound = candidates(routeId)
        .filter(({ keys }) => keys.includes(key))
        .map((command) => check(command, services))
        .filter((found) => found.availability.kind !== 'absent');
      const own = bound.filter(({ command }) => command.scope !== 'global');
      const nearest = own.length > 0 ? own : bound;
      return nearest.find((found) => found.availability.kind === 'ready') ?? nearest[0] ?? null;
    },
  };
}

/**
 * Pairs that could both answer a key: the same key on the same screen (or both global), unless each has a `when` to keep them
 * apart. A screen may hide a global command. Also names ids that occur twice.
 */
export function keyConflicts(commands: readonly Command[]): readonly string[] {
  const ids = commands.map(({ id }) => id);
  return [
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `two commands are called ${id}`),
    ...conflictingPairs(commands).map(({ command, other, key }) => `${command.id} and ${other.id} both want ${key}`),
  ];
}

/** The pairs that could both answer a key. */
export function conflictingPairs(
  commands: readonly Command[],
): readonly { readonly command: Command; readonly other: Command; readonly key: string }[] {
  return commands.flatMap((command, index) =>
    commands.slice(index + 1).flatMap((other) => {
      if (command.id === other.id || !sameLevel(command, other)) return [];
      if (command.when !== undefined && other.when !== undefined) return [];
      return command.keys.filter((key) => other.keys.includes(key)).map((key) => ({ command, other, key }));
    }),
  );
}

function check(command: Command, services: ConsoleServices): FoundCommand {
  return { command, availability: availability(command, services) };
}

function sameLevel(left: Command, right: Command): boolean {
  if (left.scope === 'global' || right.scope === 'global') return left.scope === right.scope;
  return left.scope.some((routeId) => right.scope !== 'global' && right.scope.includes(routeId));
}
