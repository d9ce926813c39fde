import { z } from 'zod';
import { graphemes } from '../text/width.ts';
import type { Command } from './command.ts';
import { conflictingPairs } from './registry.ts';

/** Keys that somebody wants for commands, by the id of the command. */
export const ownKeysSchema = z.record(z.string(), z.array(z.string()).max(10));

export type OwnKeys = z.infer<typeof ownKeysSchema>;

export interface KeyedCommands {
  readonly commands: readonly Command[];
  /** A sentence for each wish that was not granted; the command keeps its default keys. */
  readonly faults: readonly string[];
}

const NAMED =
  /^(?:(?:alt\+)?(?:ctrl\+)?(?:shift\+)?(?:enter|esc|tab|space|backspace|delete|up|down|left|right|pgup|pgdn|home|end)|(?:alt\+)?ctrl\+[a-z]|alt\+\S)$/u;

/** The commands with the keys that are wanted, where these are keys and fight with no others. */
export function withOwnKeys(defaults: readonly Command[], wanted: OwnKeys): KeyedCommands {
  const faults: string[] = [];
  const granted = new Map<string, readonly string[]>();
  for (const [id, keys] of Object.entries(wanted)) {
    const fault = wishFault(defaults, id, keys);
    if (fault === null) granted.set(id, [...new Set(keys)]);
    else faults.push(fault);
  }
  const keyed = (): readonly Command[] =>
    defaults.map((command) => {
      const keys = granted.get(command.id);
      return keys === undefined ? command : { ...command, keys };
    });
  // Both sides of a fight lose their wishes, which may bring back a default that fights with a third.
  for (;;) {
    const [pair] = conflictingPairs(keyed());
    if (pair === undefined) return { commands: keyed(), faults };
    const { command, other, key } = pair;
    const [loser, holder] = granted.has(command.id) ? [command, other] : [other, command];
    granted.delete(command.id);
    granted.delete(other.id);
    const kept = defaults.find(({ id }) => id === loser.id)?.keys.join(', ') ?? '';
    faults.push(`${loser.id} cannot have the key ${key}, which ${holder.id} has; it keeps ${kept}.`);
  }
}

function wishFault(defaults: readonly Command[], id: string, keys: readonly string[]): string | null {
  const command = defaults.find((each) => each.id === id);
  if (command === undefined) return `The preferences give keys to ${id}, which is no command; docs/keys.md lists them.`;
  if (command.always === true) return `${id} keeps its keys: they have to work everywhere.`;
  const wrong = keys.find((key) => !NAMED.test(key) && !(graphemes(key).length === 1 && key.trim() !== ''));
  if (wrong !== undefined)
    return `The preferences give ${id} the key ${wrong}, which is none: a character, or a name such as ctrl+k.`;
  const always = defaults.find((each) => each.always === true && each.keys.some((key) => keys.includes(key)));
  return always === undefined
    ? null
    : `${id} cannot have a key of ${always.id}, which has to work everywhere; it keeps ${command.keys.join(', ')}.`;
}
