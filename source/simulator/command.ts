import type { CliSession } from './cli-session.ts';

export interface CommandResult {
  /** Lines, each ended by `\n`; empty for no answer. */
  readonly text: string;
  /** For `| json`. */
  readonly json?: unknown;
  /** Hang up. */
  readonly close?: true;
}

export interface Command {
  /** Such as `terminal length <number>`. Each word may be shortened as long as it is plain which one is meant. */
  readonly words: string;
  readonly help: string;
  run(session: CliSession, number: number): CommandResult;
}

export const SILENT: CommandResult = { text: '' };

export type Resolution =
  | { readonly kind: 'command'; readonly command: Command; readonly number: number }
  /** `at` is the index of the word. */
  | { readonly kind: 'unknown' | 'ambiguous'; readonly at: number; readonly choices: readonly string[] }
  | { readonly kind: 'incomplete'; readonly choices: readonly string[] };

/** Finds the command that some words stand for. */
export function resolveCommand(commands: readonly Command[], words: readonly string[]): Resolution {
  let left = commands.map((command) => ({ command, parts: command.words.split(' ') }));
  let number = 0;
  for (const [at, word] of words.entries()) {
    const meant = meantBy(word, [...new Set(left.flatMap(({ parts }) => parts[at] ?? []))]);
    const [only] = meant;
    if (only === undefined) return { kind: 'unknown', at, choices: [] };
    if (meant.length > 1) return { kind: 'ambiguous', at, choices: meant };
    if (only === '<number>') number = Number(word);
    left = left.filter(({ parts }) => parts[at] === only);
  }
  const found = left.find(({ parts }) => parts.length === words.length);
  if (found !== undefined) return { kind: 'command', command: found.command, number };
  return { kind: 'incomplete', choices: [...new Set(left.flatMap(({ parts }) => parts[words.length] ?? []))] };
}

function meantBy(word: string, choices: readonly string[]): readonly string[] {
  const lower = word.toLowerCase();
  if (choices.includes(lower)) return [lower];
  return choices.filter((choice) => (choice === '<number>' ? /^\d{1,5}$/u.test(word) : choice.startsWith(lower)));
}
