import meow, { type Result } from 'meow';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { type CommandSpec, type FlagSpecs, kebab } from './command-spec.ts';
import { commandHelp } from './help.ts';
import { suggestion } from './suggest.ts';

/** Thrown where `--help` was asked for; the message is the help. */
export class HelpRequested extends Error {
  readonly spec: CommandSpec<FlagSpecs>;

  constructor(spec: CommandSpec<FlagSpecs>) {
    super(commandHelp(spec));
    this.spec = spec;
  }
}

export interface CommandLine<Flags extends FlagSpecs> {
  readonly flags: Result<Flags>['flags'];
  readonly operands: readonly string[];
}

/** Reads a command's arguments. Throws `HelpRequested`, or a `UserError` with exit code 2 that says what is wrong with them. */
export function readCommandLine<const Flags extends FlagSpecs>(
  argv: readonly string[],
  spec: CommandSpec<Flags>,
): CommandLine<Flags> {
  if (beforeSeparator(argv).some((word) => word === '--help' || word === '-h')) {
    throw new HelpRequested(spec);
  }
  checkSpelling(argv, spec);
  const { flags, input } = parse(argv, spec);
  checkValues(flags, spec);
  const [least, most] = spec.count ?? [0, 0];
  if (input.length < least) {
    throw new UserError(`${usage(spec)}: ${spec.operands ?? ''} is missing. ${seeHelp(spec)}`, { exitCode: 2 });
  }
  if (input.length > most) {
    throw new UserError(`${usage(spec)}: ${quoted(input[most] ?? '')} is one argument too many. ${seeHelp(spec)}`, {
      exitCode: 2,
    });
  }
  return { flags, operands: input };
}

function parse<Flags extends FlagSpecs>(argv: readonly string[], spec: CommandSpec<Flags>): Result<Flags> {
  try {
    return meow({
      importMeta: import.meta,
      pkg: { name: 'netup-tui' },
      description: false,
      autoHelp: false,
      autoVersion: false,
      argv: withoutNegation(argv, spec),
      flags: spec.flags,
    });
  } catch (error) {
    // Meow throws plain errors for a value outside of `choices` and for a flag that was given twice.
    const message = error instanceof Error ? error.message.replaceAll('`', '').replace(/\.?$/u, '.') : String(error);
    throw new UserError(`${usage(spec)}: ${message} ${seeHelp(spec)}`, { exitCode: 2, cause: error });
  }
}

/** Meow takes `--no-target` for the opposite of `--target`; under its other name the flag `noTarget` is itself. */
function withoutNegation(argv: readonly string[], spec: CommandSpec<FlagSpecs>): readonly string[] {
  const keys = Object.keys(spec.flags).filter((key) => /^no[A-Z]/u.test(key));
  const names = new Map(keys.map((key) => [`--${kebab(key)}`, `--${key}`]));
  return argv.map((word) => names.get(word) ?? word);
}

/** Meow can refuse unknown flags, but without a suggestion, so it is asked to let them through. */
function checkSpelling(argv: readonly string[], spec: CommandSpec<FlagSpecs>): void {
  const known = Object.keys(spec.flags).map((key) => `--${kebab(key)}`);
  const short = Object.values(spec.flags).flatMap(({ shortFlag }) =>
    shortFlag === undefined ? [] : [`-${shortFlag}`],
  );
  for (const word of beforeSeparator(argv)) {
    const name = /^--?[a-z][^=]*/iu.exec(word)?.[0];
    if (name === undefined || known.includes(name) || short.includes(name)) continue;
    throw new UserError(
      `${usage(spec)} has no flag ${quoted(name)}.${suggestion(name, [...known, '--help'])} ${seeHelp(spec)}`,
      { exitCode: 2 },
    );
  }
}

/** `--seed` without a value, or with one that is no number. */
function checkValues(flags: Readonly<Record<string, unknown>>, spec: CommandSpec<FlagSpecs>): void {
  for (const [key, { type, placeholder }] of Object.entries(spec.flags)) {
    const missing = flags[key] === '' || (type === 'number' && flags[key] !== undefined && Number.isNaN(flags[key]));
    if (!missing) continue;
    const wanted = type === 'number' ? 'a number' : 'a value';
    throw new UserError(
      `${usage(spec)}: --${kebab(key)} needs ${wanted}: --${kebab(key)} ${placeholder ?? 'VALUE'}. ${seeHelp(spec)}`,
      { exitCode: 2 },
    );
  }
}

function beforeSeparator(argv: readonly string[]): readonly string[] {
  const separator = argv.indexOf('--');
  return separator === -1 ? argv : argv.slice(0, separator);
}

function usage(spec: CommandSpec<FlagSpecs>): string {
  return `netup-tui ${spec.name}`.trimEnd();
}

function seeHelp(spec: CommandSpec<FlagSpecs>): string {
  return `See netup-tui help${spec.name === '' ? '' : ` ${spec.name}`}.`;
}
