import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../config/user-error.ts';
import { isRunning, startOf } from '../../config/running-process.ts';

/** Long enough for another that saw the same dead lock to have done what it was about to do. */
const SETTLE_MS = 100;

/** Takes the folder for this process, and returns how to give it back. A lock whose process is gone is taken over. */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = path.join(directory, 'lock');
  const mine = `${process.pid} ${startOf(process.pid)} ${randomUUID()}`;
  const content = (): Promise<string> => readFile(file, 'utf8').catch(() => '');
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const placed = await writeFile(file, mine, { flag: 'wx', mode: 0o644 }).then(
      () => true,
      () => false,
    );
    // Two may find the same dead lock: the second could remove the first one's new lock, so that is looked at again.
    if (placed && attempt > 0) await delay(SETTLE_MS);
    const found = await content();
    if (found === mine) {
      return async () => {
        if ((await content()) === mine) await rm(file, { force: true });
      };
    }
    const [pid, start] = found.split(' ');
    if (isRunning(Number(pid)) && startOf(Number(pid)) === start) {
      throw new UserError(
        `Another demo (process ${pid}) uses ${directory}; end it, or set NETUP_STATE_DIR to another folder.`,
      );
    }
    // An empty file is being written by its owner right now.
    if (found === '') await delay(SETTLE_MS);
    if ((await content()) === found) await rm(file, { force: true });
  }
  throw new UserError(`The lock ${file} cannot be taken; remove it if no demo runs.`);
}
