import type { CliSession } from './cli-session.ts';
import type { Command, Resolution } from './command.ts';
import type { MachineKind } from './machine-kind.ts';
import type { PagerLook } from './pager.ts';

/** A command that was not understood. */
export interface Failure {
  readonly resolution: Exclude<Resolution, { kind: 'command' }>;
  /** The words that were typed. */
  readonly words: readonly string[];
  /** Where the word at fault begins on the screen, counted from zero. */
  readonly column: number;
}

/** How one family of devices looks and talks. */
export interface SimulatedPlatform {
  readonly machine: MachineKind;
  readonly commands: readonly Command[];
  /** What may follow a `|`. */
  readonly pipes: readonly ('json' | 'no-more' | 'include' | 'exclude' | 'match' | 'except' | 'last')[];
  readonly pager: PagerLook;
  /** Printed after the login and before the first prompt. */
  welcome(session: CliSession): string;
  prompt(session: CliSession): string;
  /** In the platform's own words, lines ended by `\n`. */
  explain(failure: Failure): string;
}
