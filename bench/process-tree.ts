import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its descendants have used. */
export interface Usage {
  /** Processor time since their start, in seconds. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

// USER_HZ and the page size are fixed on the Linux platforms that the benchmark runs on.
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** Reads /proc, so Linux only. */
export function usageOfTree(root: number): Usage {
  const processes = new Map<number, { parent: number; ticks: number; pages: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/u.test(name)) continue;
    const stat = readStat(name);
    if (stat !== null) processes.set(Number(name), stat);
  }
  const tree = new Set([root]);
  for (let grew = true; grew;) {
    grew = false;
    for (const [pid, { parent }] of processes) {
      if (tree.has(parent) && !tree.has(pid)) {
        tree.add(pid);
        grew = true;
      }
    }
  }
  let ticks = 0;
  let pages = 0;
  for (const pid of tree) {
    ticks += processes.get(pid)?.ticks ?? 0;
    pages += processes.get(pid)?.pages ?? 0;
  }
  return { cpuSeconds: ticks / TICKS_PER_SECOND, residentBytes: pages * PAGE_BYTES };
}

function readStat(pid: string): { parent: number; ticks: number; pages: number } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null; // It ended between the listing and the reading.
  }
  // The command name, in parentheses, may hold spaces: count the fields after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const at = (index: number): number => Number(fields[index]);
  return { parent: at(1), ticks: at(11) + at(12), pages: at(21) };
}
