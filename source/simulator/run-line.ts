import type { CliSession } from './cli-session.ts';
import { type CommandResult, type Resolution, resolveCommand, SILENT } from './command.ts';
import type { SimulatedPlatform } from './platform.ts';
import type { Terminal } from './terminal.ts';

const SHOW_VERSION = 'show version';

export interface LineResult {
  readonly text: string;
  readonly close: boolean;
  /** Whether the answer may be shown page by page. */
  readonly paged: boolean;
  /** What is still to be done, for a command that asks back or takes its time. */
  readonly talk?: (terminal: Terminal) => Promise<void>;
}

/** Carries out one line that was typed. `promptWidth` tells where on the screen it began. */
export function runLine(
  platform: SimulatedPlatform,
  session: CliSession,
  line: string,
  promptWidth: number,
): LineResult {
  const [typed = '', ...pipes] = line.split('|').map((part) => part.trim());
  const words = typed.split(/\s+/u).filter((word) => word !== '');
  if (words.length === 0) return { text: '', close: false, paged: false };
  session.machine.counters.noteCommand(line.trim());
  const resolution = misbehave(session, resolveCommand(platform.commands, words));
  if (resolution.kind !== 'command') {
    const at = 'at' in resolution ? resolution.at : words.length;
    return refused(platform.explain({ resolution, words, column: promptWidth + columnOf(line, at) }));
  }
  const { command, args } = resolution;
  const surprise = surpriseAt(session, command.words);
  if ('talk' in command || surprise !== null) {
    const talk = async (terminal: Terminal): Promise<void> => {
      if (surprise !== null) await terminal.ask(surprise);
      if ('talk' in command) await command.talk(session, args, terminal);
      else terminal.print(command.run(session, args).text);
    };
    return { text: '', close: false, paged: false, talk };
  }
  const result = command.run(session, args);
  let piped: CommandResult | null =
    command.words === SHOW_VERSION ? { ...result, text: strangeVersion(session, result.text) } : result;
  for (const pipe of pipes) piped = piped === null ? null : applyPipe(platform, piped, pipe);
  if (piped === null) {
    const unknown = { kind: 'unknown', at: words.length, choices: [] } as const;
    return refused(
      platform.explain({ resolution: unknown, words: [...words, '|'], column: promptWidth + line.indexOf('|') }),
    );
  }
  return { text: piped.text, close: result.close === true, paged: !pipes.some((pipe) => pipe === 'no-more') };
}

/** A question that nobody expects; null where there is none. */
function surpriseAt({ machine }: CliSession, words: string): string | null {
  const at = machine.faults.unknown_prompt;
  return at !== undefined && at !== '' && words.startsWith(at)
    ? 'Do you accept the new license agreement? [accept/decline]: '
    : null;
}

function misbehave({ machine }: CliSession, resolution: Resolution): Resolution {
  const refuses = machine.device.quirks?.refuseCommands === true && resolution.kind === 'command';
  return refuses && resolution.command.words === SHOW_VERSION ? { kind: 'unknown', at: 0, choices: [] } : resolution;
}

function strangeVersion({ machine }: CliSession, text: string): string {
  const { quirks = {} } = machine.device;
  const filler = '.'.repeat(79);
  const lines = Math.ceil((quirks.fillerCharacters ?? 0) / 80);
  return `${filler}\n`.repeat(lines) + (quirks.showVersion ?? text);
}

function refused(text: string): LineResult {
  return { text, close: false, paged: false };
}

function applyPipe(platform: SimulatedPlatform, result: CommandResult, pipe: string): CommandResult | null {
  const [name = '', ...rest] = pipe.split(/\s+/u);
  const argument = rest.join(' ');
  const meant = platform.pipes.filter((known) => name !== '' && known.startsWith(name));
  switch (meant.length === 1 ? meant[0] : undefined) {
    case 'json':
      return result.json === undefined ? null : { ...result, text: `${JSON.stringify(result.json, null, 4)}\n` };
    case 'include':
    case 'match':
      return filterLines(result, (line) => line.includes(argument));
    case 'exclude':
    case 'except':
      return filterLines(result, (line) => !line.includes(argument));
    case 'last':
      return {
        ...result,
        text: result.text
          .split('\n')
          .slice(-Number(argument) - 1)
          .join('\n'),
      };
    case 'no-more':
      return result;
    case undefined:
      break;
  }
  return null;
}

function filterLines(result: CommandResult, keep: (line: string) => boolean): CommandResult {
  const lines = result.text.replace(/\n$/u, '').split('\n').filter(keep);
  return lines.length === 0 ? SILENT : { ...result, text: `${lines.join('\n')}\n` };
}

/** Where a word begins; the end of the line for one that is missing. */
function columnOf(line: string, index: number): number {
  const word = [...line.matchAll(/[^\s|]+/gu)][index];
  return word === undefined ? line.trimEnd().length : word.index;
}
