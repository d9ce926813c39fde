import type { RedundancyMember } from '../../operations.ts';

/** The switches of a stack, from the table at the end of `show version`; none for a device without one, or a single switch. */
export function parseStack(showVersion: string): readonly RedundancyMember[] {
  const rows = [...showVersion.matchAll(/^(\*)?\s+(\d{1,2})\s+\d+\s+\S+\s+(\d\S*)\s+\S+\s+(INSTALL|BUNDLE)\s*$/gmu)];
  if (rows.length < 2) return [];
  return rows.map(([, active, number, version, mode]) => ({
    name: `switch ${number}`,
    role: active === undefined ? 'member' : 'active',
    ready: mode === 'INSTALL',
    version: version ?? null,
  }));
}

/** The two processors of a redundant device, from `show redundancy`; none if it has one only. */
export function parseRedundancy(answer: string | null): readonly RedundancyMember[] {
  if (answer === null || /^\s*Hardware Mode = Simplex/mu.test(answer)) return [];
  const [, active = '', standby = ''] = answer.split(/^(?:Current|Peer) Processor Information :?.*$/mu);
  return [processor(active, 'active', /^ACTIVE/u), processor(standby, 'standby', /^STANDBY HOT/u)];
}

function processor(text: string, role: string, ready: RegExp): RedundancyMember {
  const value = (name: RegExp): string | null => name.exec(text)?.[1]?.trim() ?? null;
  return {
    name: value(/^\s*(?:Active|Standby) Location = (.+)$/mu) ?? role,
    role,
    ready: ready.test(value(/^\s*Current Software state = (.+)$/mu) ?? ''),
    version: value(/^\s*Image Version = .*?\bVersion ([^\s,]+)/mu),
  };
}
