import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { Completion } from '../../model/filter/complete.ts';
import type { FilterFault } from '../../model/filter/terms.ts';
import type { CommandRegistry, FoundCommand } from '../commands/registry.ts';
import type { RunCommand } from '../commands/run-command.ts';
import { readPreference } from '../context.ts';
import type { ConsoleServices } from '../services.ts';
import { openPrompt } from '../state/prompt.ts';
import { completeFrom, type Word } from './word.ts';

const HISTORY = 'commandHistory';
const MOST_LINES = 100;
const historySchema = z.array(z.string().max(1000));

export interface CommandLineParts {
  readonly words: readonly Word[];
  readonly registry: CommandRegistry;
  readonly run: RunCommand;
}

/** Opens the line that takes a command by its name: a word with operands, or anything that a key does on this screen. */
export function openCommandLine(services: ConsoleServices, parts: CommandLineParts): void {
  const { preferences } = services.context;
  const history = readPreference(preferences, HISTORY, historySchema, []);
  openPrompt(services.store, {
    label: ':',
    title: 'run',
    cancelTitle: 'leave',
    history,
    change: () => null,
    complete: (before) => complete(services, parts, before),
    submit(text) {
      const line = text.trim();
      if (line === '') return null;
      const fault = runLine(services, parts, text);
      if (fault === null) {
        preferences.set(HISTORY, [line, ...history.filter((each) => each !== line)].slice(0, MOST_LINES));
      }
      return fault;
    },
    cancel: () => undefined,
  });
}

/** Carries a line out. Returns what is wrong with it, and where. */
function runLine(services: ConsoleServices, parts: CommandLineParts, text: string): FilterFault | null {
  const match = /^(?<blank>[\s:]*)(?<name>\S+)(?<gap>\s*)(?<operands>.*)$/u.exec(text)?.groups;
  if (match === undefined) return null;
  const { blank = '', name = '', gap = '', operands = '' } = match;
  const at = blank.length;
  const word = parts.words.find((each) => each.name === name || each.aliases?.includes(name) === true);
  if (word !== undefined) {
    if (word.dangerous === true && services.context.readOnly) {
      return { at, text: `${name} changes something, and this console is read-only` };
    }
    const fault = word.run(services, operands.trimEnd());
    return fault === null ? null : { ...fault, at: at + name.length + gap.length + fault.at };
  }
  const found = findCommand(services, parts, name);
  if (typeof found === 'string') return { at, text: found };
  if (operands.trim() !== '') return { at: at + name.length + gap.length, text: `${name} takes nothing after it` };
  parts.run(found, services);
  return null;
}

/** The command of that id on this screen, or of that id without the screen's name; else why there is none. */
function findCommand(
  services: ConsoleServices,
  { registry, words }: CommandLineParts,
  name: string,
): FoundCommand | string {
  const here = services.navigation.current()?.routeId ?? '';
  const present = registry.on(here, services);
  const found =
    present.find(({ command }) => command.id === name) ??
    present.find(({ command }) => shortName(command.id) === name) ??
    // `:q` for those whose fingers know it.
    present.find(({ command }) => command.keys.includes(name));
  if (found !== undefined) return found;
  const known = registry.all.find(({ id }) => id === name) ?? registry.all.find(({ id }) => shortName(id) === name);
  if (known === undefined) return `there is no command ${name}.${suggestion(name, names(present, words))}`;
  if (known.dangerous === true && services.context.readOnly)
    return `${name} changes something, and this console is read-only`;
  return known.scope === 'global' || known.scope.includes(here)
    ? `${name} has nothing to do here now`
    : `${name} works on another screen: ${known.scope.join(', ')}`;
}

function complete(services: ConsoleServices, { words, registry }: CommandLineParts, before: string): Completion {
  const match = /^(?<name>\S+)\s+(?<operands>.*)$/u.exec(before)?.groups;
  if (match === undefined) {
    const here = services.navigation.current()?.routeId ?? '';
    // Of an empty line only the words: the names of all that keys do would hide them.
    return completeFrom(
      before,
      before === '' ? words.map(({ name }) => name) : names(registry.on(here, services), words),
    );
  }
  const { name = '', operands = '' } = match;
  const word = words.find((each) => each.name === name || each.aliases?.includes(name) === true);
  const offset = before.length - operands.length;
  const found = word?.complete?.(services, operands);
  return found === undefined
    ? { from: before.length, candidates: [] }
    : { from: offset + found.from, candidates: found.candidates };
}

function names(present: readonly FoundCommand[], words: readonly Word[]): readonly string[] {
  return [...new Set([...words.map(({ name }) => name), ...present.map(({ command }) => shortName(command.id))])];
}

function shortName(id: string): string {
  return id.slice(id.indexOf('.') + 1);
}

function suggestion(written: string, candidates: readonly string[]): string {
  const nearest = closest(written, candidates);
  return distance(written, nearest) <= Math.max(1, Math.floor(nearest.length / 3))
    ? ` Did you mean ${nearest}?`
    : ' Tab lists them.';
}
