import type { z } from 'zod';
import type { Advisor } from '../agent/advisors/advisor.ts';
import type { EncryptionKeys } from '../config/encryption-keys.ts';
import type { Preferences } from '../config/preferences.ts';
import type { Membership, Operator } from '../model/operator.ts';
import type { SessionPlace } from '../postgres/console-sessions.ts';
import type { Database, OrganizationScope } from '../postgres/database.ts';
import type { TelemetryStore } from '../telemetry/store.ts';
import type { IdleLimits } from './state/lock.ts';

/** What the console asks of the world. The composition root (cli/ or serve/) builds it; nothing in the console reaches past it. */
export interface ConsoleContext {
  readonly database: Database;
  readonly telemetry: TelemetryStore;
  readonly operator: Operator;
  readonly memberships: readonly Membership[];
  /** The organization to open in; it must be among the memberships. */
  readonly initialOrganizationId: string;
  readonly log: ConsoleLog;
  /** True: commands that change something are not bound at all. */
  readonly readOnly: boolean;
  /** True: nothing leads out of the console, to a shell, another program or a file; see `Command.leavesConsole`. */
  readonly restricted?: boolean;
  /** Where it runs and who vouched for the operator; absent: nothing is known of it. */
  readonly place?: SessionPlace;
  /** Absent: it is never locked. */
  readonly idle?: IdleLimits;
  /** True: who has not seen the tour yet is shown it. */
  readonly tour?: boolean;
  /** True: all is said in words, for a screen reader, whatever the preferences say. */
  readonly screenReader?: boolean;
  /** True: the mouse is on, whatever the preferences say. */
  readonly mouse?: boolean;
  readonly preferences: Preferences;
  /** The folder with the firmware images, where this console can see one. */
  readonly imageFolder?: string | null;
  /** What devices printed is encrypted with these. Throws a `UserError` for keys that cannot be used; asked when somebody wants to read. */
  encryptionKeys(): EncryptionKeys;
  /** The language model that looks at decisions; null: none is configured. Throws a `UserError` for settings that cannot be used. Absent: none. */
  openAdvisor?(scope: OrganizationScope, now: Date): Promise<Advisor | null>;
  /** Open on this router (hostname or id) or upgrade (id) instead of the fleet. */
  readonly openAt?: { readonly router?: string; readonly upgrade?: string };
  now(): Date;
}

/** Goes to the log file, never to the screen. */
export interface ConsoleLog {
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, details?: object): void;
}

/** A remembered value, or `fallback` if it is absent or no longer fits. */
export function readPreference<T>(preferences: Preferences, key: string, schema: z.ZodType<T>, fallback: T): T {
  const found = schema.safeParse(preferences.get(key));
  return found.success ? found.data : fallback;
}
