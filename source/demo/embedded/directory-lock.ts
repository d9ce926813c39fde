import { readFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../config/user-error.ts';

/** Takes the folder for this process, and returns how to give it back. A lock whose process is gone is taken over. */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const file = path.join(directory, 'lock');
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const handle = await open(file, 'wx', 0o644).catch(() => null);
    if (handle !== null) {
      await handle.writeFile(`${process.pid} ${startOf(process.pid)}`);
      await handle.close();
      return () => rm(file, { force: true });
    }
    const holder = (await readFile(file, 'utf8').catch(() => '')).split(' ');
    const pid = Number(holder[0]);
    // An empty file is being written by its owner right now; ask again.
    if (Number.isInteger(pid) && pid > 0) {
      if (isRunning(pid) && startOf(pid) === (holder[1] ?? '')) {
        throw new UserError(
          `Another demo (process ${pid}) uses ${directory}; end it, or set NETUP_STATE_DIR to another folder.`,
        );
      }
      await rm(file, { force: true });
    } else if (attempt > 5) await rm(file, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new UserError(`The lock ${file} cannot be taken; remove it if no demo runs.`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process started, in clock ticks since the machine did: tells a process from a later one with its number. Linux only. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
