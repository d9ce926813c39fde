import type { CliSession } from './cli-session.ts';
import type { Terminal } from './terminal.ts';

export interface CommandResult {
  /** Lines, each ended by `\n`; empty for no answer. */
  readonly text: string;
  /** For `| json`. */
  readonly json?: unknown;
  /** Hang up. */
  readonly close?: true;
}

interface Named {
  /**
   * Such as `terminal length <number>`. Each word may be shortened as long as it is plain which one is meant; `<word>` stands for any,
   * and is taken as it is typed.
   */
  readonly words: string;
  readonly help: string;
}

/** Answers at once. */
export interface PlainCommand extends Named {
  run(session: CliSession, args: readonly string[]): CommandResult;
}

/** Asks back or takes its time. */
export interface TalkingCommand extends Named {
  talk(session: CliSession, args: readonly string[], terminal: Terminal): Promise<void>;
}

export type Command = PlainCommand | TalkingCommand;

export const SILENT: CommandResult = { text: '' };

export type Resolution =
  /** `args` are what stands in the place of `<number>` and `<word>`. */
  | { readonly kind: 'command'; readonly command: Command; readonly args: readonly string[] }
  /** `at` is the index of the word. */
  | { readonly kind: 'unknown' | 'ambiguous'; readonly at: number; readonly choices: readonly string[] }
  | { readonly kind: 'incomplete'; readonly choices: readonly string[] };

/** Finds the command that some words stand for. */
export function resolveCommand(commands: readonly Command[], words: readonly string[]): Resolution {
  let left = commands.map((command) => ({ command, parts: command.words.split(' ') }));
  const args: string[] = [];
  for (const [at, word] of words.entries()) {
    const meant = meantBy(word, [...new Set(left.flatMap(({ parts }) => parts[at] ?? []))]);
    const [only] = meant;
    if (only === undefined) return { kind: 'unknown', at, choices: [] };
    if (meant.length > 1) return { kind: 'ambiguous', at, choices: meant };
    if (only.startsWith('<')) args.push(word);
    left = left.filter(({ parts }) => parts[at] === only);
  }
  const found = left.find(({ parts }) => parts.length === words.length);
  if (found !== undefined) return { kind: 'command', command: found.command, args };
  return { kind: 'incomplete', choices: [...new Set(left.flatMap(({ parts }) => parts[words.length] ?? []))] };
}

function meantBy(word: string, choices: readonly string[]): readonly string[] {
  const lower = word.toLowerCase();
  if (choices.includes(lower)) return [lower];
  const known = choices.filter((choice) =>
    choice === '<number>' ? /^\d{1,5}$/u.test(word) : choice.startsWith(lower),
  );
  return known.length === 0 && choices.includes('<word>') ? ['<word>'] : known;
}
