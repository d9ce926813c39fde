import { PollFailed } from '../poller.ts';
import type { SnmpSession } from './snmp-session.ts';
import { comesAfter, type SnmpValue } from './snmp-value.ts';

/** What to read, by names of ours. Scalars without their `.0`. */
export interface Wanted {
  readonly scalars: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, string>>;
}

export interface WalkLimits {
  /** Rows of a table that are read; what comes after them is left. */
  readonly maxRows: number;
  readonly signal: AbortSignal;
}

/** By index, which is what is left of an OID after that of its column. */
export type Rows = ReadonlyMap<string, SnmpValue>;

/** What was found. A table that a device does not have has no rows. */
export interface Found {
  scalar(name: string): SnmpValue | undefined;
  column(name: string): Rows;
  /** Names of columns that have more rows than were read. */
  readonly cut: readonly string[];
}

interface Cursor {
  readonly name: string;
  readonly oid: string;
  readonly rows: Map<string, SnmpValue>;
  /** Index of the row that was read last; empty before the first one. */
  last: string;
  /** Rows seen, those that made no sense among them. */
  seen: number;
  done: boolean;
}

/** Values to ask for in one request: with names and counters among them they fit into 1,500 bytes, and mostly do into one packet. */
const VALUES_A_REQUEST = 60;
/** Agents spend a lookup on each; old ones refuse more. */
const COLUMNS_A_REQUEST = 20;
const NO_ROWS: Rows = new Map();

/**
 * Reads scalars and columns together, with as few requests as it takes. Rejects with `PollFailed` if the device goes back in
 * a walk, or stops in it: some do for ever.
 */
export async function walk(session: SnmpSession, wanted: Wanted, { maxRows, signal }: WalkLimits): Promise<Found> {
  const cursors = Object.entries(wanted.columns).map(([name, oid]): Cursor => {
    return { name, oid, rows: new Map(), last: '', seen: 0, done: false };
  });
  const scalars = new Map<string, SnmpValue>();
  const cut: string[] = [];
  let asked = Object.entries(wanted.scalars);
  let open = cursors;
  while (asked.length > 0 || open.length > 0) {
    const turn = open.slice(0, COLUMNS_A_REQUEST);
    const repetitions = Math.max(1, Math.floor((VALUES_A_REQUEST - asked.length) / Math.max(1, turn.length)));
    const answer = await session.getBulk(
      asked.map(([, oid]) => oid),
      turn.map(({ oid, last }) => (last === '' ? oid : `${oid}.${last}`)),
      repetitions,
      signal,
    );
    for (const [at, [name, oid]] of asked.entries()) {
      const varbind = answer.scalars[at];
      if (varbind?.oid === `${oid}.0`) scalars.set(name, varbind.value);
    }
    let read = asked.length;
    for (const [at, cursor] of turn.entries()) {
      const varbinds = answer.columns[at] ?? [];
      read += varbinds.length;
      for (const { oid, value } of varbinds) {
        if (cursor.done) break;
        take(cursor, oid, value, session.device);
        if (!cursor.done && cursor.seen >= maxRows) {
          cursor.done = true;
          cut.push(cursor.name);
        }
      }
    }
    if (read === 0) throw new PollFailed('unreadable', `${session.device} answers SNMP walks with nothing.`);
    asked = [];
    // Those that were not asked for in this turn come first in the next one.
    open = [...open.slice(COLUMNS_A_REQUEST), ...turn].filter(({ done }) => !done);
  }
  const byName = new Map(cursors.map(({ name, rows }) => [name, rows]));
  return { scalar: (name) => scalars.get(name), column: (name) => byName.get(name) ?? NO_ROWS, cut };
}

function take(cursor: Cursor, oid: string, value: SnmpValue, device: string): void {
  if (value.kind === 'end' || !oid.startsWith(cursor.oid) || oid[cursor.oid.length] !== '.') {
    cursor.done = true;
    return;
  }
  const index = oid.slice(cursor.oid.length + 1);
  if (cursor.last !== '' && !comesAfter(index, cursor.last)) {
    throw new PollFailed('unreadable', `${device} goes back in its SNMP walk, at ${oid.slice(0, 100)}.`);
  }
  cursor.last = index;
  cursor.seen += 1;
  if (value.kind !== 'absent') cursor.rows.set(index, value);
}
