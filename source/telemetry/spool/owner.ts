import { hostname } from 'node:os';
import { isRunning, startOf } from '../../config/running-process.ts';

/** The folders that stores of this process write to now. */
const ours = new Set<string>();
let opened = 0;

/**
 * A name for a folder of this process alone. The owner is in the name, so that taking a folder over is one rename, which only one
 * process can win: there is no lock that could be left behind.
 */
export function ownFolderName(): string {
  opened += 1;
  const name = [thisHost(), process.pid, startOf(process.pid), opened].join('.');
  ours.add(name);
  return name;
}

export function letGo(name: string): void {
  ours.delete(name);
}

/** `elsewhere`: it belongs to another machine, or a container that shares the folder, and cannot be asked about from here. */
export type Ownership = 'alive' | 'gone' | 'elsewhere';

/** Whether the process that a folder is named after still writes to it; null if it is not the name of such a folder. */
export function ownershipOf(name: string): Ownership | null {
  const [, host, pid, start] = /^([\w-]+)\.(\d+)\.(\d*)\.\d+$/u.exec(name) ?? [];
  if (host === undefined || pid === undefined) return null;
  if (host !== thisHost()) return 'elsewhere';
  if (Number(pid) === process.pid && start === startOf(process.pid)) return ours.has(name) ? 'alive' : 'gone';
  return isRunning(Number(pid)) && startOf(Number(pid)) === start ? 'alive' : 'gone';
}

function thisHost(): string {
  return (
    hostname()
      .replace(/[^\w-]/gu, '_')
      .slice(0, 64) || 'host'
  );
}
