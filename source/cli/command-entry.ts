import type { Run } from './shell.ts';

/** One line of `netup-tui --help`, and where the command's code is. */
export interface CommandEntry {
  /** The words that choose it; empty for the console. */
  readonly words: readonly string[];
  readonly usage: string;
  readonly purpose: string;
  /** Imported only when it runs, so that no command waits for the code of another. */
  readonly load: () => Promise<{ readonly run: Run }>;
}
