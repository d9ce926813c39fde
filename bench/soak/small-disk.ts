import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

const SIZE = '32m';

/** A disk of 32 MB, to be filled. */
export interface SmallDisk {
  readonly folder: string;
  /** Writes until nothing more goes on it. */
  fill(): void;
  empty(): void;
  unmount(): void;
}

/** Mounts it at a folder, for which one has to be root. A string says why it could not. */
export function mountSmallDisk(folder: string): SmallDisk | string {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'pipe' });
  } catch (error) {
    return `no small disk could be mounted: ${error instanceof Error ? error.message.trim() : String(error)}`;
  }
  const filler = path.join(folder, 'filler');
  return {
    folder,
    fill() {
      const file = openSync(filler, 'w');
      try {
        const block = Buffer.alloc(64 * 1024, 1);
        for (;;) writeSync(file, block);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    unmount: () => void execFileSync('umount', [folder], { stdio: 'pipe' }),
  };
}
