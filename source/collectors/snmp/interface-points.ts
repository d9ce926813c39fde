import { counterIncrease, counterRate } from '../../model/counter-rate.ts';
import type { PointOf, PointTags } from '../../model/telemetry.ts';
import type { Counter, InterfaceRow, InterfaceTable } from './interface-table.ts';

/** What rates need of the reading before. */
export interface CounterMemory {
  /** Seconds by a clock that only goes forward. */
  readonly at: number;
  readonly agentSeconds: number | null;
  readonly rows: ReadonlyMap<string, InterfaceRow>;
}

type Fields = PointOf<'interfaces'>['fields'];

const MAX_COUNT = 2_147_483_647;
const LARGEST_COUNTER = 2n ** 63n - 1024n;

/** What is kept of a reading for the next one. */
export function rememberCounters({ rows, agentSeconds }: InterfaceTable, at: number): CounterMemory {
  return { at, agentSeconds, rows: new Map(rows.map((row) => [row.name, row])) };
}

/** One point an interface, with rates since the reading before where there can be any. */
export function interfacePoints(
  table: InterfaceTable,
  memory: CounterMemory | null,
  now: { readonly at: number; readonly time: number },
  tags: PointTags,
): readonly PointOf<'interfaces'>[] {
  return table.rows.map((row) => {
    const before = memory?.rows.get(row.name);
    const since = before === undefined || memory === null ? null : { before, memory, seconds: now.at - memory.at };
    return {
      measurement: 'interfaces',
      tags,
      time: now.time,
      interfaceName: row.name,
      fields: {
        admin_status: row.adminUp ? 1 : 0,
        oper_status: row.operUp ? 1 : 0,
        ...byteFields(row),
        ...(row.speed === null ? {} : { speed_bytes_rate: row.speed }),
        ...(since === null ? {} : changes(row, table.agentSeconds, since)),
      },
    };
  });
}

function byteFields({ inBytes, outBytes }: InterfaceRow): Partial<Fields> {
  return {
    ...(isStorable(inBytes) ? { in_bytes: Number(inBytes.value) } : {}),
    ...(isStorable(outBytes) ? { out_bytes: Number(outBytes.value) } : {}),
  };
}

function isStorable(counter: Counter | null): counter is Counter {
  return counter !== null && counter.value <= LARGEST_COUNTER;
}

interface Since {
  readonly before: InterfaceRow;
  readonly memory: CounterMemory;
  readonly seconds: number;
}

type CounterName = 'inBytes' | 'outBytes' | 'inErrors' | 'outErrors' | 'inDiscards' | 'outDiscards';

function changes(row: InterfaceRow, agentSeconds: number | null, { before, memory, seconds }: Since): Partial<Fields> {
  const pair = (name: CounterName) => {
    const [earlier, later] = [before[name], row[name]];
    if (earlier === null || later === null || earlier.bits !== later.bits) return null;
    return {
      earlier: { value: earlier.value, uptimeSeconds: memory.agentSeconds },
      later: { value: later.value, uptimeSeconds: agentSeconds },
      bits: later.bits,
    };
  };
  const rate = (name: CounterName): number | null => {
    const found = pair(name);
    // At a gigabit, 32 bits of bytes go around in 34 seconds: without the speed there is no telling how often.
    if (found?.bits === 32 && row.speed === null) return null;
    return found && counterRate(found.earlier, found.later, seconds, found.bits, row.speed ?? undefined);
  };
  const count = (name: CounterName): number | null => {
    const found = pair(name);
    const increase = found && counterIncrease(found.earlier, found.later, seconds, found.bits);
    return increase === null || increase > MAX_COUNT ? null : Number(increase);
  };
  const [inErrors, outErrors] = [count('inErrors'), count('outErrors')];
  return present({
    in_bytes_rate: rate('inBytes'),
    out_bytes_rate: rate('outBytes'),
    error_count: inErrors === null || outErrors === null ? null : Math.min(MAX_COUNT, inErrors + outErrors),
    in_error_count: inErrors,
    out_error_count: outErrors,
    in_discard_count: count('inDiscards'),
    out_discard_count: count('outDiscards'),
  });
}

function present(fields: Readonly<Record<string, number | null>>): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
