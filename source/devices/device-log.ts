import type { Platform } from '../model/platform.ts';
import { cleanLine } from '../model/text.ts';

/** An entry of a device's log. */
export interface LogEntry {
  /** As the device printed it, cleaned: two entries of one text and one time are told apart by what stands around them. */
  readonly text: string;
  /** Of syslog: 0 emergency to 7 debugging; null where the entry does not say. */
  readonly severity: number | null;
}

/** What prints the newest entries. Junos has the whole file otherwise, which may be megabytes. */
export const LOG_COMMANDS: Readonly<Record<Platform, string>> = {
  'ios-xe': 'show logging',
  junos: 'show log messages | last 500',
  eos: 'show logging 500',
};

/** More than any device keeps in its memory by default. */
const MOST_ENTRIES = 2000;
/** `Mar  1 12:00:00`, with what may stand around it: a number, a star for a clock that is not set, parts of seconds, a year, a zone. */
const BEGIN = String.raw`(?:\d+: )?(?:\S+: )?[*.]?(?:\d{4} )?[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d+)?(?: [A-Z]{2,5})?`;
const ENTRY = new RegExp(`^${BEGIN}[: ]`, 'u');
/** The first thing after the time, the host and the process: what stands in the message itself anybody may have put there. */
const SEVERITY = new RegExp(
  String.raw`^${BEGIN}:?(?: +[\w.-]+)?(?: +[\w./-]+(?:\[\d+\])?:)? +%[A-Z][A-Z0-9_]*(?:-[A-Z0-9_]+)*?-([0-7])-[A-Z0-9_]+`,
  'u',
);

/** Entries of what {@link LOG_COMMANDS} print, oldest first; lines around them are left out. */
export function parseLog(answer: string): readonly LogEntry[] {
  return answer
    .split('\n')
    .map((line) => cleanLine(line).trim())
    .filter((line) => ENTRY.test(line))
    .slice(-MOST_ENTRIES)
    .map((text) => {
      const severity = SEVERITY.exec(text)?.[1];
      return { text, severity: severity === undefined ? null : Number(severity) };
    });
}
