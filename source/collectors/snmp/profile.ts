import type { PointOf } from '../../model/telemetry.ts';
import { type SnmpValue, textOf } from './snmp-value.ts';
import type { Found, Rows, Wanted } from './walk.ts';

/** A sensor, a fan or a power supply. */
export interface Sensor {
  readonly component: string;
  readonly fields: PointOf<'system'>['fields'];
  /** Its index in the table of parts, which has its name; left out where the name is known already. */
  readonly part?: string;
}

/** Figures of the control plane; null where a device does not have them. */
export interface Health {
  readonly cpu: PointOf<'cpu'>['fields'] | null;
  readonly memory: PointOf<'memory'>['fields'] | null;
  readonly sensors: readonly Sensor[];
  /** What is not there, as in a `Reading`. */
  readonly missing: readonly string[];
}

/** What a family of devices has, and where. */
export interface Profile {
  readonly name: string;
  readonly health: Wanted;
  readHealth(found: Found): Health;
  /** The software's version, from sysDescr; null where it does not say. */
  version(sysDescr: string): string | null;
  /** A scalar with the serial number, where ENTITY-MIB is not there. */
  readonly serial?: string;
}

/** The rows of a table, put together from its columns by their index; `key` is the column that each row must have. */
export function rowsOf<Name extends string>(
  found: Found,
  key: Name,
  others: readonly Name[],
): readonly { readonly index: string; value(name: Name): SnmpValue | undefined }[] {
  const columns = new Map<Name, Rows>([key, ...others].map((name) => [name, found.column(name)]));
  return [...found.column(key).keys()].map((index) => ({ index, value: (name) => columns.get(name)?.get(index) }));
}

/** Memory in use and free, in bytes. Null for nothing, and for more in use than there is. */
export function memoryFields(totalBytes: number, usedBytes: number): PointOf<'memory'>['fields'] | null {
  if (!(totalBytes > 0) || usedBytes < 0 || usedBytes > totalBytes || !Number.isSafeInteger(totalBytes)) return null;
  const used = Math.round(usedBytes);
  const free = totalBytes - used;
  return { free_percent: (100 * free) / totalBytes, total_bytes: totalBytes, used_bytes: used, free_bytes: free };
}

/** A load that can be one. */
export function isPercentage(value: number | null): value is number {
  return value !== null && value >= 0 && value <= 100;
}

/** Sentences for the tables that a device has more of than was read. */
export function cutSentences(found: Found): readonly string[] {
  return found.cut.map((name) => `the rest of a long table (${name})`);
}

/** The name of a row that has one, or else what it is and its index. */
export function nameOr(value: SnmpValue | undefined, what: string, index: string): string {
  return textOf(value) ?? `${what} ${index}`;
}
