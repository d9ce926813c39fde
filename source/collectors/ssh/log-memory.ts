import type { LogEntry } from '../../devices/device-log.ts';

/** How many events of each kind there were. */
export interface EventCounts {
  readonly critical: number;
  readonly warning: number;
}

/** The entries of a log as they were last seen, oldest first: a hash of each, since thousands of logs are kept. */
export type LogMemory = Uint32Array;

export function rememberLog(entries: readonly LogEntry[]): LogMemory {
  return Uint32Array.from(entries, ({ text }) => hash(text));
}

/**
 * The entries that were not there before. A log only gets longer at its end and shorter at its beginning, so what it has in common with the one
 * before is the longest end of that which is a beginning of this; all of a log that was cleared or begun anew is new.
 */
export function newEntries(entries: readonly LogEntry[], before: LogMemory): readonly LogEntry[] {
  const now = rememberLog(entries);
  for (let dropped = 0; dropped < before.length; dropped += 1) {
    const common = before.subarray(dropped);
    if (common.length <= now.length && common.every((line, at) => line === now[at])) {
      return entries.slice(common.length);
    }
  }
  return entries;
}

/** By syslog's severity: 0 to 2 are critical, 3 and 4 warnings. */
export function countEvents(entries: readonly LogEntry[]): EventCounts {
  const severities = entries.flatMap(({ severity }) => severity ?? []);
  return {
    critical: severities.filter((severity) => severity <= 2).length,
    warning: severities.filter((severity) => severity === 3 || severity === 4).length,
  };
}

/** FNV-1a of 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
