import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The command lines of all processes, as every user of the machine can see them. */
export function processList(): string {
  // Small containers have no ps.
  if (!existsSync('/proc/self/cmdline')) return execFileSync('ps', ['-A', '-o', 'args'], { encoding: 'utf8' });
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .map((pid) => commandLine(`/proc/${pid}/cmdline`))
    .join('\n');
}

/** Empty for a process that has ended meanwhile. */
function commandLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\u0000', ' ');
  } catch {
    return '';
  }
}
