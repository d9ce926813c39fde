import { type CommandSpec, type FlagSpecs, kebab } from './command-spec.ts';
import type { CommandEntry } from './command-entry.ts';

const WIDTH = 26;
/** Columns of text. */
const LINE = 80;

/** What `netup-tui --help` prints. */
export function programHelp(commands: readonly CommandEntry[]): string {
  return [
    'netup-tui: a terminal console for firmware upgrades of large router fleets.',
    '',
    'Usage: netup-tui [COMMAND] [FLAGS]',
    '',
    ...commands.map(({ usage, purpose }) => column(`netup-tui ${usage}`.trimEnd(), purpose, 32)),
    '',
    column('--help, -h', 'this; netup-tui help COMMAND for one of them', 32),
    column('--version, -v', 'the version', 32),
    '',
    ...wrapped(
      'Where the databases are comes from environment variables: PG_HOST, PG_USER, PG_PASSWORD, INFLUX_URL, INFLUX_TOKEN ' +
        'and others, which README.md lists. Nothing at hand? `netup-tui demo` needs no database.',
    ),
  ].join('\n');
}

/** What `netup-tui help NAME` prints. */
export function commandHelp(spec: CommandSpec<FlagSpecs>): string {
  const flags = Object.entries(spec.flags).map(([key, flag]) => {
    const value = flag.type === 'boolean' ? '' : ` ${flag.placeholder ?? 'VALUE'}`;
    const short = flag.shortFlag === undefined ? '' : `, -${flag.shortFlag}`;
    return column(`--${kebab(key)}${value}${short}`, flag.help);
  });
  const examples = (spec.examples ?? []).map((example) => `  netup-tui ${example}`);
  return [
    `Usage: ${['netup-tui', spec.name, spec.operands, '[FLAGS]'].filter(Boolean).join(' ')}`,
    '',
    ...wrapped(spec.purpose),
    '',
    ...flags,
    column('--help, -h', 'this'),
    ...(examples.length === 0 ? [] : ['', 'Examples:', ...examples]),
  ].join('\n');
}

/** Breaks a paragraph into lines that fit the narrowest terminal. */
function wrapped(paragraph: string): readonly string[] {
  return paragraph.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    const fits = last !== undefined && last.length + word.length < LINE;
    return fits ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, word];
  }, []);
}

function column(left: string, right: string, width = WIDTH): string {
  return left.length >= width ? `  ${left}\n  ${' '.repeat(width)}${right}` : `  ${left.padEnd(width)}${right}`;
}
