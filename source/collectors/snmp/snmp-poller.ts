import type { SnmpLogin } from '../../model/snmp-login.ts';
import type { Point } from '../../model/telemetry.ts';
import { cleanLine } from '../../model/text.ts';
import { pointTags } from '../point-tags.ts';
import {
  type DeviceFacts,
  POLL_PARTS,
  PollFailed,
  type Poller,
  type PollPart,
  type PollTarget,
  type Reading,
} from '../poller.ts';
import { targetKey } from '../target-key.ts';
import { healthPoints } from './health-points.ts';
import { type CounterMemory, interfacePoints, rememberCounters } from './interface-points.ts';
import { readInterfaceTable } from './interface-table.ts';
import { profileOf } from './profile-of.ts';
import { readFacts } from './read-facts.ts';
import { nameSensors } from './sensor-names.ts';
import { Sessions } from './sessions.ts';
import type { SnmpSession } from './snmp-session.ts';
import { countOf } from './snmp-value.ts';
import { readUptime, type Uptime } from './uptime.ts';
import { type Found, walk, type Wanted } from './walk.ts';

export interface SnmpPollerOptions {
  /** How to ask a router. Called for each poll, so it keeps what it knows. Rejects with a `PollFailed` if there is none. */
  readonly loginOf: (target: PollTarget) => Promise<SnmpLogin>;
  /** For each answer, in milliseconds; 2,000 if left out. */
  readonly timeoutMs?: number;
  /** How often a request without an answer is sent again; 1 if left out. */
  readonly retries?: number;
  /** Rows of a table that are read; 4,096 if left out. */
  readonly maxRows?: number;
  /** Milliseconds since the epoch, and seconds that only go forward; those of this computer if left out. */
  readonly clock?: { now(): number; elapsed(): number };
}

/** What is remembered of a router from poll to poll. */
interface Memory {
  uptime: Uptime | null;
  /** Names of parts by their index. */
  readonly names: Map<string, string>;
  counters: CounterMemory | null;
}

const UPTIME: Wanted['scalars'] = { sysUpTime: '1.3.6.1.2.1.1.3', snmpEngineTime: '1.3.6.1.6.3.10.2.1.3' };
/** Sensors of the largest chassis are hundreds; of those a console shows some. */
const HEALTH_ROWS = 512;

/** Reads routers by SNMP v2c and v3, all of them through one socket. */
export function openSnmpPoller({
  loginOf,
  timeoutMs = 2000,
  retries = 1,
  maxRows = 4096,
  clock = { now: () => Date.now(), elapsed: () => performance.now() / 1000 },
}: SnmpPollerOptions): Poller {
  const sessions = new Sessions({ timeoutMs, retries });
  const memories = new Map<string, Memory>();

  async function read(
    session: SnmpSession,
    target: PollTarget,
    parts: readonly PollPart[],
    signal: AbortSignal,
  ): Promise<Reading> {
    const key = targetKey(target);
    const memory = memories.get(key) ?? { uptime: null, counters: null, names: new Map<string, string>() };
    const [profile, tags] = [profileOf(target), pointTags(target)];
    const points: Point[] = [];
    const missing: string[] = [];
    const noteUptime = (found: Found): number | null => {
      const [sysUpTime, engineTime] = [countOf(found.scalar('sysUpTime')), countOf(found.scalar('snmpEngineTime'))];
      const hostUptime = countOf(found.scalar('hrSystemUptime'));
      const before = memory.uptime;
      memory.uptime = readUptime({ sysUpTime, engineTime, hostUptime, at: clock.elapsed() }, before);
      // Parts may have other numbers after a restart.
      if ((memory.uptime?.seconds ?? 0) < (before?.seconds ?? 0)) memory.names.clear();
      if (memory.uptime === null) missing.push('no uptime (sysUpTime)');
      return memory.uptime?.seconds ?? null;
    };
    let uptimeSeconds: number | null = null;
    let facts: DeviceFacts | null = null;
    const work: Readonly<Record<PollPart, () => Promise<void>>> = {
      async health() {
        const { scalars, columns } = profile.health;
        const wanted = { scalars: { ...UPTIME, ...scalars }, columns };
        const found = await walk(session, wanted, { maxRows: Math.min(maxRows, HEALTH_ROWS), signal });
        uptimeSeconds = noteUptime(found);
        const told = profile.readHealth(found);
        const health = { ...told, sensors: await nameSensors(session, told.sensors, memory.names, signal) };
        points.push(...healthPoints(health, uptimeSeconds, tags, clock.now()));
        missing.push(...health.missing);
      },
      async interfaces() {
        const table = await readInterfaceTable(session, { maxRows, signal });
        const at = clock.elapsed();
        points.push(...interfacePoints(table, memory.counters, { at, time: clock.now() }, tags));
        memory.counters = rememberCounters(table, at);
        missing.push(...table.missing);
      },
      async facts() {
        const told = await readFacts(session, profile, signal);
        if (!parts.includes('health')) {
          const host = profile.health.scalars['hrSystemUptime'];
          const scalars = { ...UPTIME, ...(host === undefined ? {} : { hrSystemUptime: host }) };
          uptimeSeconds = noteUptime(await walk(session, { scalars, columns: {} }, { maxRows: 1, signal }));
        }
        facts = { ...told.facts, uptimeSeconds };
        missing.push(...told.missing);
      },
      errors() {
        missing.push('no error events over SNMP: they are in the log, which is read over SSH');
        return Promise.resolve();
      },
    };
    const unreadable: PollFailed[] = [];
    for (const part of POLL_PARTS.filter((one) => parts.includes(one))) {
      await work[part]().catch((error: unknown) => {
        // What makes no sense in one table says nothing of the others.
        if (!(error instanceof PollFailed && error.why === 'unreadable')) throw error;
        unreadable.push(error);
        missing.push(`no ${part}: ${error.message}`);
      });
    }
    const [first] = unreadable;
    if (first !== undefined && points.length === 0 && facts === null) throw first;
    memories.set(key, memory);
    return { at: clock.now(), points, facts, missing };
  }

  return {
    name: 'snmp',
    parts: ['health', 'interfaces', 'facts'],
    async poll(target, parts, signal) {
      signal.throwIfAborted();
      const shown = { ...target, hostname: cleanLine(target.hostname).slice(0, 253) };
      const key = targetKey(target);
      const login = await loginOf(target);
      const { session, wasKept } = await sessions.open(key, shown, login);
      try {
        return await read(session, shown, parts, signal);
      } catch (error) {
        sessions.drop(key);
        // A device that was exchanged or reset has another engine and other times than the session knows.
        if (!(wasKept && login.version === '3' && error instanceof PollFailed && error.why !== 'silent')) throw error;
      }
      const again = await sessions.open(key, shown, login);
      return read(again.session, shown, parts, signal).catch((error: unknown) => {
        sessions.drop(key);
        throw error;
      });
    },
    forget(target) {
      sessions.drop(targetKey(target));
      memories.delete(targetKey(target));
    },
    close: () => sessions.close(),
  };
}
