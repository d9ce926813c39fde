import { firstMatch } from '../../first-match.ts';
import type { InstallState } from '../../operations.ts';

/** What `show system software list` says is under way. Older releases do not have the command, and then nothing is known to be. */
export function parseInstallState(showSystemSoftwareList: string | null): InstallState {
  const answer = showSystemSoftwareList ?? '';
  const busy = firstMatch(answer, /^(.*\binstallation is in progress\b.*)$/imu);
  if (busy !== null) return { kind: 'busy', detail: busy.slice(0, 200) };
  // The legend above the list has the mark in quotes.
  const version = firstMatch(answer, /^\s*> +\S*?(\d{1,2}\.\d[A-Z][\w.-]*)/mu);
  return version === null ? { kind: 'idle' } : { kind: 'staged', version };
}
