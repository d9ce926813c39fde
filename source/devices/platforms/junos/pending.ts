import { firstMatch } from '../../first-match.ts';
import type { InstallState } from '../../operations.ts';

/** What `show system software list` says is under way. Older releases do not have the command, and then nothing is known to be. */
export function parseInstallState(showSystemSoftwareList: string | null): InstallState {
  const answer = showSystemSoftwareList ?? '';
  const busy = firstMatch(answer, /^(.*\binstallation is in progress\b.*)$/imu);
  if (busy !== null) return { kind: 'busy', detail: busy.slice(0, 200) };
  const pending = parsePending(answer);
  return pending === null ? { kind: 'idle' } : { kind: 'staged', version: pending.version };
}

/** Software that waits for the next boot. */
export interface Pending {
  /** As the list has it: `junos-23.4R2-S3`. */
  readonly name: string;
  readonly version: string;
}

/** Null if nothing waits. */
export function parsePending(showSystemSoftwareList: string): Pending | null {
  // The legend above the list has the mark in quotes.
  const [, name, version] = /^\s*> +([\w.+-]*?(\d{1,2}\.\d[A-Z][\w.-]*))/mu.exec(showSystemSoftwareList) ?? [];
  return name === undefined || version === undefined ? null : { name, version };
}
