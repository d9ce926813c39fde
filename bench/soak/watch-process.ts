import { readdirSync, readFileSync } from 'node:fs';
import type { Sample } from './growth.ts';

const EVERY_MS = 5000;

/** Looks at a process again and again; Linux only, since it reads /proc. `stop` gives what it saw. */
export function watchProcess(
  pid: number,
  everyMs: number = EVERY_MS,
): { readonly samples: readonly Sample[]; readonly stop: () => readonly Sample[] } {
  const startedAt = performance.now();
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    const seen = look(pid);
    if (seen !== null) samples.push({ hours: (performance.now() - startedAt) / 3_600_000, ...seen });
  }, everyMs);
  return {
    samples,
    stop: () => {
      clearInterval(timer);
      return samples;
    },
  };
}

/** Null if the process has ended. */
function look(pid: number): Pick<Sample, 'residentMb' | 'handles'> | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { residentMb: Number(kilobytes) / 1024, handles: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
}
