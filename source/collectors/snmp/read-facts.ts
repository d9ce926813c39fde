import type { DeviceFacts } from '../poller.ts';
import type { Profile } from './profile.ts';
import type { SnmpSession } from './snmp-session.ts';
import { countOf, textOf } from './snmp-value.ts';
import { walk, type Wanted } from './walk.ts';

const SYS_DESCR = '1.3.6.1.2.1.1.1.0';
/** entPhysicalTable of ENTITY-MIB: one row for each part. */
const PARTS: Wanted = {
  scalars: {},
  columns: { entPhysicalClass: '1.3.6.1.2.1.47.1.1.1.1.5', entPhysicalSerialNum: '1.3.6.1.2.1.47.1.1.1.1.11' },
};
const CHASSIS = 3;
const STACK = 11;
/** The chassis is among the first: a large device has thousands of parts. */
const PARTS_READ = 60;

export interface ReadFacts {
  readonly facts: Omit<DeviceFacts, 'uptimeSeconds'>;
  readonly missing: readonly string[];
}

/** The version and the serial number that a device says it has. */
export async function readFacts(session: SnmpSession, profile: Profile, signal: AbortSignal): Promise<ReadFacts> {
  const [descr, ownSerial] = await session.get(
    [SYS_DESCR, ...(profile.serial === undefined ? [] : [`${profile.serial}.0`])],
    signal,
  );
  const version = profile.version(textOf(descr?.value, 1000) ?? '');
  const serial = textOf(ownSerial?.value) ?? (await serialOfChassis(session, signal));
  return {
    facts: { version, serial },
    missing: [
      ...(version === null ? ['no version in sysDescr'] : []),
      ...(serial === null ? ['no serial number (entPhysicalSerialNum of the chassis)'] : []),
    ],
  };
}

async function serialOfChassis(session: SnmpSession, signal: AbortSignal): Promise<string | null> {
  const parts = await walk(session, PARTS, { maxRows: PARTS_READ, signal });
  const classes = [...parts.column('entPhysicalClass')];
  for (const wanted of [CHASSIS, STACK]) {
    for (const [index, value] of classes) {
      const serial = countOf(value) === wanted ? textOf(parts.column('entPhysicalSerialNum').get(index)) : null;
      if (serial !== null) return serial;
    }
  }
  return null;
}
