import type { CommandEntry } from '../command-entry.ts';
import { HelpRequested } from '../command-line.ts';
import { type CommandSpec, type FlagSpecs, kebab } from '../command-spec.ts';
import type { Shell } from '../shell.ts';

/** A command with what its help says. */
export interface DescribedCommand {
  /** `fleet load`; empty for the console. */
  readonly words: string;
  /** One line. */
  readonly summary: string;
  readonly spec: CommandSpec<FlagSpecs>;
}

/** Asks every command for its help, which is where its flags are written. */
export async function describeCommands(
  commands: readonly CommandEntry[],
  shell: Shell,
): Promise<readonly DescribedCommand[]> {
  return Promise.all(
    commands.map(async ({ words, purpose, load }) => {
      const { run } = await load();
      const spec = await run(['--help'], shell).then(
        () => null,
        (error: unknown) => (error instanceof HelpRequested ? error.spec : null),
      );
      if (spec === null) throw new Error(`${words.join(' ')} has no help.`);
      return { words: words.join(' '), summary: purpose, spec };
    }),
  );
}

/** A word that may come next, and what it stands for. */
export interface Candidate {
  readonly word: string;
  readonly summary: string;
}

/** What may come after the words of a command, or of a part of one: further words, and flags. */
export interface Place {
  readonly at: string;
  readonly words: readonly Candidate[];
  readonly flags: readonly Candidate[];
}

/** Every place that a shell completes at, the start (an empty string) first. */
export function completionPlaces(commands: readonly DescribedCommand[]): readonly Place[] {
  const paths = new Map<string, DescribedCommand | null>([['', null]]);
  for (const command of commands) {
    const parts = command.words === '' ? [] : command.words.split(' ');
    for (let end = 1; end < parts.length; end += 1) {
      const part = parts.slice(0, end).join(' ');
      if (!paths.has(part)) paths.set(part, null);
    }
    paths.set(command.words, command);
  }
  return [...paths].map(([at, command]) => ({
    at,
    words: nextWords(at, paths),
    flags: [
      ...Object.entries(command?.spec.flags ?? {}).map(([key, { help }]) => ({
        word: `--${kebab(key)}`,
        summary: help,
      })),
      { word: '--help', summary: 'what it does, and its flags' },
      ...(at === '' ? [{ word: '--version', summary: 'the version' }] : []),
    ],
  }));
}

function nextWords(at: string, paths: ReadonlyMap<string, DescribedCommand | null>): readonly Candidate[] {
  const start = at === '' ? '' : `${at} `;
  const found = [...paths].flatMap(([path, command]) => {
    const word = path.slice(start.length);
    const isNext = path !== at && path.startsWith(start) && word !== '' && !word.includes(' ');
    return isNext ? [{ word, summary: command?.summary ?? `${path} ...` }] : [];
  });
  return at === '' ? [...found, { word: 'help', summary: 'the help of a command' }] : found;
}
