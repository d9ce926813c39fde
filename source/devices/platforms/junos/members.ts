import type { RedundancyMember } from '../../operations.ts';

/** The routing engines, from `show chassis routing-engine`; none for a device with one. It does not say their versions. */
export function parseRoutingEngines(answer: string | null): readonly RedundancyMember[] {
  const [, ...slots] = (answer ?? '').split(/^\s*Slot (\d+):\s*$/mu);
  const members: RedundancyMember[] = [];
  for (let at = 0; at + 1 < slots.length; at += 2) {
    const state = /^\s*Current state\s+(\S+)/mu.exec(slots[at + 1] ?? '')?.[1] ?? 'unknown';
    members.push({
      name: `routing engine ${slots[at]}`,
      role: state.toLowerCase(),
      ready: /^(?:master|backup)$/iu.test(state),
      version: null,
    });
  }
  return members.length > 1 ? members : [];
}

/** The members that answer `show version` one after another; none for a device of one. */
export function parseMemberVersions(showVersion: string): readonly RedundancyMember[] {
  const [, ...parts] = showVersion.split(/^([a-z]+\d*):\n-+$/mu);
  const members: RedundancyMember[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const version = /^Junos: *(\S+)/mu.exec(parts[at + 1] ?? '')?.[1] ?? null;
    members.push({ name: parts[at] ?? '', role: 'member', ready: true, version });
  }
  return members.length > 1 ? members : [];
}
