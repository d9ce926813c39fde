import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than the kernel takes to stop us. */
const STOPPED_BY_MS = 50;

/**
 * Stops the program's whole process group, as ^Z does, so that the shell comes back also under `npm start`. Resolves when it goes
 * on, or at once where there is no shell that could stop it.
 */
export async function suspendProcess(): Promise<void> {
  process.kill(0, 'SIGTSTP');
  // A stopped program gets here only when it is continued.
  await sleep(STOPPED_BY_MS);
}
