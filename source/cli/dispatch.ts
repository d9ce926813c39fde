import { quoted } from '../config/printable.ts';
import { version } from '../config/package-root.ts';
import { UserError } from '../config/user-error.ts';
import { HelpRequested } from './command-line.ts';
import type { CommandEntry } from './command-entry.ts';
import { COMMANDS } from './commands.ts';
import { programHelp } from './help.ts';
import { reportFailure } from './report-failure.ts';
import { print, type Shell } from './shell.ts';
import { suggestion } from './suggest.ts';

/** Finds the command in the arguments, runs it, and returns the exit code. Rejects never. */
export async function dispatch(argv: readonly string[], shell: Shell): Promise<number> {
  let running = argv[0] ?? '';
  try {
    if (argv[0] === '--version' || argv[0] === '-v') return answer(version, shell);
    if (argv[0] === '--help' || argv[0] === '-h') return answer(programHelp(COMMANDS), shell);
    if (argv[0] === 'help') return await help(argv.slice(1), shell);
    const command = findCommand(argv);
    running = command.words.join(' ');
    const { run } = await command.load();
    return await run(argv.slice(command.words.length), shell);
  } catch (error) {
    if (error instanceof HelpRequested) return answer(error.message, shell);
    return reportFailure(error, running, shell);
  }
}

function answer(text: string, shell: Shell): number {
  print(shell.stdout, text);
  return 0;
}

async function help(words: readonly string[], shell: Shell): Promise<number> {
  const asked = words.filter((word) => !word.startsWith('-'));
  if (asked.length === 0) return answer(programHelp(COMMANDS), shell);
  const command = findCommand(asked);
  const { run } = await command.load();
  return run(['--help'], shell);
}

/** The command with the most words that the arguments start with; the console, if they start with none or with a flag. */
function findCommand(argv: readonly string[]): CommandEntry {
  const fitting = COMMANDS.filter(({ words }) => words.every((word, index) => argv[index] === word));
  const [best] = fitting.toSorted((a, b) => b.words.length - a.words.length);
  const first = argv[0] ?? '';
  const known = best !== undefined && (best.words.length > 0 || first === '' || first.startsWith('-'));
  if (known && !isMisspelt(best, argv)) return best;
  throw new UserError(unknownCommand(argv), { exitCode: 2 });
}

/** `router chekc r1` is a misspelt `router check`, not a router named chekc. */
function isMisspelt({ words }: CommandEntry, argv: readonly string[]): boolean {
  const [first = '', second = '', third = '-'] = argv;
  if (words.length !== 1 || third.startsWith('-')) return false;
  return suggestion(`${first} ${second}`, namesIn(first)) !== '';
}

function namesIn(family: string): readonly string[] {
  return COMMANDS.filter(({ words }) => words.length > 1 && words[0] === family).map(({ words }) => words.join(' '));
}

function unknownCommand([first = '', second = '']: readonly string[]): string {
  const names = namesIn(first);
  if (names.length > 0 && second === '') {
    const choice = names.map((name) => `"netup-tui ${name}"`).join(' or ');
    return `netup-tui ${first} is not a command by itself: try ${choice}.`;
  }
  const written = names.length > 0 ? `${first} ${second}` : first;
  const candidates =
    names.length > 0 ? names : [...new Set(COMMANDS.flatMap(({ words }) => words.slice(0, 1))), 'help'];
  return `There is no command ${quoted(written)}.${suggestion(written, candidates)} See netup-tui --help.`;
}
