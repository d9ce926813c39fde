import { z } from 'zod';
import type { Platform } from '../model/platform.ts';

const line = z.string().trim().min(1).max(128);

/** What `show version` says of a device. Null means that this platform's answer does not say it. */
export const versionFactsSchema = z.strictObject({
  hostname: line.max(253).nullable(),
  version: z
    .string()
    .max(64)
    .regex(/^[0-9A-Za-z][\w.()+-]*$/u),
  model: line.nullable(),
  serial: line.nullable(),
  uptimeSeconds: z.number().int().nonnegative().nullable(),
  /** The image or package file that it runs from. */
  bootedFrom: z.string().trim().min(1).max(512).nullable(),
});

export type VersionFacts = z.output<typeof versionFactsSchema>;

/** What the session and the readers must know of one family of devices. A further command gets a further parser here. */
export interface PlatformDriver {
  readonly platform: Platform;
  /** Matches the exec prompt, alone on a line without trailing blanks; the group `host` is the host name in it. */
  readonly prompt: RegExp;
  /** Sent after login, whatever is answered: paging off, width, no completion while typing. */
  readonly prepare: readonly string[];
  /** What gives a login at the prompt `>` its rights; null where there is no such thing. */
  readonly elevate: string | null;
  /** The device refused a command if one of these matches in the first lines of its answer, each anchored at the line start. */
  readonly errors: readonly RegExp[];
  /** A line that the device prints just before the prompt, no part of an answer. */
  readonly beforePrompt: RegExp | null;
  readonly showVersion: string;
  /** What was found in the answer to {@link showVersion}, not validated; null for what was not found. */
  parseShowVersion(answer: string): Record<keyof VersionFacts, string | number | null>;
}
