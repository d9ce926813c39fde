import type { AnyFlag } from 'meow';

/** A flag as meow takes it, with what `--help` says of it. */
export type FlagSpec = AnyFlag & { readonly help: string; readonly placeholder?: string };
export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

/** How a command is written, and what its help says. */
export interface CommandSpec<Flags extends FlagSpecs> {
  /** `fleet load` */
  readonly name: string;
  /** Its operands for the first line of the help: `FILE`. */
  readonly operands?: string;
  /** How many operands it takes: least and most. */
  readonly count?: readonly [least: number, most: number];
  readonly purpose: string;
  readonly flags: Flags;
  /** Whole command lines without the program's name. */
  readonly examples?: readonly string[];
}

/** A flag's key as people write it: `dryRun` is `--dry-run`. */
export function kebab(key: string): string {
  return key.replace(/[A-Z]/gu, (capital) => `-${capital.toLowerCase()}`);
}
