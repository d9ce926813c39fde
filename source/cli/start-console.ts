import type { ConsoleOptions } from './open-console.ts';
import type { Shell } from './shell.ts';
import { showSplash } from './splash.ts';

/** The flags of every command that opens the console. */
export const consoleFlags = {
  readOnly: { type: 'boolean', help: 'look only: nothing that changes something has a key' },
  mouse: { type: 'boolean', help: 'clicks choose rows and sort, the wheel scrolls; Shift selects text then' },
  screenReader: { type: 'boolean', help: 'rows and states in words and in order, without lines and charts' },
} as const;

/** What they say. */
export interface ConsoleFlags {
  readonly readOnly?: boolean | undefined;
  readonly mouse?: boolean | undefined;
  readonly screenReader?: boolean | undefined;
}

/**
 * Opens the console on the databases that the environment names, and returns the exit code once it has been left. Something is said on the
 * terminal before the code that talks to databases is loaded, which takes longer than all that happened before.
 */
export async function startConsole(shell: Shell, options: ConsoleOptions): Promise<number> {
  const hideSplash = showSplash(shell.stdout, 'Connecting to the databases …');
  try {
    const { openConsole } = await import('./open-console.ts');
    return await openConsole(shell, options, hideSplash);
  } finally {
    hideSplash();
  }
}
