import type { ConsoleOptions } from './open-console.ts';
import type { Shell } from './shell.ts';
import { showSplash } from './splash.ts';

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
