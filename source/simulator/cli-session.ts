import type { Machine } from './machine.ts';

/** One person's, or program's, command line on a simulated device. */
export interface CliSession {
  readonly machine: Machine;
  /** Cisco and Arista: `#` rather than `>`. */
  privileged: boolean;
  /** Lines a page; 0 for no paging. */
  screenLength: number;
  screenWidth: number;
}
