import { rowsOf } from './profile.ts';
import { countOf, counterOf, type SnmpValue, textOf } from './snmp-value.ts';
import type { SnmpSession } from './snmp-session.ts';
import { type Found, walk, type WalkLimits, type Wanted } from './walk.ts';

/** A counter with the width that it goes around at. */
export interface Counter {
  readonly value: bigint;
  readonly bits: 32 | 64;
}

/** An interface as the device has it now. Null for what it does not say. */
export interface InterfaceRow {
  readonly name: string;
  readonly adminUp: boolean;
  readonly operUp: boolean;
  /** Bytes per second; null where it is not known, or none in particular. */
  readonly speed: number | null;
  readonly inBytes: Counter | null;
  readonly outBytes: Counter | null;
  readonly inErrors: Counter | null;
  readonly outErrors: Counter | null;
  readonly inDiscards: Counter | null;
  readonly outDiscards: Counter | null;
}

const IF_TABLE = '1.3.6.1.2.1.2.2.1';
const IF_X_TABLE = '1.3.6.1.2.1.31.1.1.1';

const MAIN: Wanted = {
  scalars: { sysUpTime: '1.3.6.1.2.1.1.3' },
  columns: {
    ifOperStatus: `${IF_TABLE}.8`,
    ifAdminStatus: `${IF_TABLE}.7`,
    ifName: `${IF_X_TABLE}.1`,
    ifHCInOctets: `${IF_X_TABLE}.6`,
    ifHCOutOctets: `${IF_X_TABLE}.10`,
    ifHighSpeed: `${IF_X_TABLE}.15`,
    ifInDiscards: `${IF_TABLE}.13`,
    ifInErrors: `${IF_TABLE}.14`,
    ifOutDiscards: `${IF_TABLE}.19`,
    ifOutErrors: `${IF_TABLE}.20`,
  },
};

/** For devices without ifXTable, and for interfaces that are not in it. */
const OLD: Wanted = {
  scalars: {},
  columns: {
    ifDescr: `${IF_TABLE}.2`,
    ifSpeed: `${IF_TABLE}.5`,
    ifInOctets: `${IF_TABLE}.10`,
    ifOutOctets: `${IF_TABLE}.16`,
  },
};

/** ifSpeed's greatest value says that the interface is faster than it can say. */
const TOO_FAST = 2 ** 32 - 1;

export interface InterfaceTable {
  readonly rows: readonly InterfaceRow[];
  /** sysUpTime, in seconds: counters begin anew with it. */
  readonly agentSeconds: number | null;
  readonly missing: readonly string[];
}

/** Reads the names, states and counters of all interfaces, by walk. */
export async function readInterfaceTable(session: SnmpSession, limits: WalkLimits): Promise<InterfaceTable> {
  const main = await walk(session, MAIN, limits);
  const indexes = [...main.column('ifOperStatus').keys()];
  const isWhole = indexes.every((index) => main.column('ifName').has(index) && main.column('ifHCInOctets').has(index));
  const old = isWhole ? null : await walk(session, OLD, limits);
  const ticks = countOf(main.scalar('sysUpTime'));
  const rows = named(main, old);
  return {
    rows,
    agentSeconds: ticks === null ? null : ticks / 100,
    missing: [
      ...(indexes.length === 0 ? ['no interfaces (ifOperStatus)'] : []),
      ...(rows.length > 0 && rows.every(({ inBytes }) => inBytes === null)
        ? ['no byte counters (ifHCInOctets, ifInOctets)']
        : []),
      ...(rows.length > 0 && rows.every(({ inErrors }) => inErrors === null) ? ['no error counters (ifInErrors)'] : []),
      ...(main.cut.length > 0 ? [`interfaces after the first ${limits.maxRows}`] : []),
    ],
  };
}

function named(main: Found, old: Found | null): readonly InterfaceRow[] {
  const taken = new Set<string>();
  return rowsOf(main, 'ifOperStatus', []).flatMap((row) => {
    const { index } = row;
    const read = (column: string): SnmpValue | undefined =>
      main.column(column).get(index) ?? old?.column(column).get(index);
    const [oper, admin] = [countOf(row.value('ifOperStatus')), countOf(read('ifAdminStatus'))];
    if (oper === null || admin === null) return [];
    const name = textOf(read('ifName')) ?? textOf(read('ifDescr')) ?? `interface ${index}`;
    const unique = taken.has(name) ? `${name} (${index})` : name;
    taken.add(unique);
    const counter = (wide: string, narrow?: string): Counter | null => {
      const found = read(wide) ?? (narrow === undefined ? undefined : read(narrow));
      const count = counterOf(found);
      return count === null ? null : { value: count, bits: found?.kind === 'counter64' ? 64 : 32 };
    };
    return [
      {
        name: unique,
        // 1 up, 2 down; ifOperStatus also 5 dormant and others, which do not pass packets.
        adminUp: admin === 1,
        operUp: oper === 1,
        speed: speedOf(countOf(read('ifHighSpeed')), countOf(read('ifSpeed'))),
        inBytes: counter('ifHCInOctets', 'ifInOctets'),
        outBytes: counter('ifHCOutOctets', 'ifOutOctets'),
        inErrors: counter('ifInErrors'),
        outErrors: counter('ifOutErrors'),
        inDiscards: counter('ifInDiscards'),
        outDiscards: counter('ifOutDiscards'),
      },
    ];
  });
}

/** ifHighSpeed is in millions of bits a second, and 0 below half of one; ifSpeed in bits. */
function speedOf(high: number | null, low: number | null): number | null {
  if (high !== null && high > 0) return high * 125_000;
  return low === null || low === 0 || low === TOO_FAST ? null : low / 8;
}
