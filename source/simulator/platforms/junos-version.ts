import type { SimulatedDevice } from '../device.ts';
import type { Machine } from '../machine.ts';
import { membersOf } from '../members.ts';
import { versionDigits } from './version-digits.ts';

const PACKAGES = [
  'JUNOS OS Kernel 64-bit ',
  'JUNOS OS libs',
  'JUNOS OS runtime',
  'JUNOS OS time zone information',
  'JUNOS OS libs compat32',
  'JUNOS OS 32-bit compatibility',
  'JUNOS py extensions',
  'JUNOS py base',
  'JUNOS OS crypto',
  'JUNOS OS boot-ve files',
  'JUNOS network stack and utilities',
  'JUNOS libs',
  'JUNOS runtime',
  'JUNOS Web Management Platform Package',
  'JUNOS common platform support',
  'JUNOS modules',
  'JUNOS daemons',
  'JUNOS Routing mpls-oam-basic',
  'JUNOS Services IPSec',
  'JUNOS Services NAT',
  'JUNOS Services RPM',
  'JUNOS Extension Toolkit',
  'JUNOS Phone-home',
  'JUNOS J-Insight',
  'JUNOS Online Documentation',
  'JUNOS jail runtime',
] as const;

export function isJunosSwitch({ model }: Pick<SimulatedDevice, 'model'>): boolean {
  return /^(?:qfx|ex)/iu.test(model);
}

/** Juniper's answer to `show version`; a device of several members answers once for each. */
export function junosVersion(machine: Machine): string {
  const { device } = machine;
  const members = membersOf(machine);
  const several = isJunosSwitch(device) ? 'fpc' : members.length > 1 ? 're' : null;
  return members
    .map(({ index, version }) => {
      // The build is part of the version where somebody asks for it.
      const shown = machine.has('version_spelled_differently') ? `${version}.${versionDigits(version) % 20}` : version;
      const lines = [
        `Hostname: ${device.hostname}`,
        `Model: ${device.model.toLowerCase()}`,
        `Junos: ${shown}`,
        ...PACKAGES.map((name) => `${name} [20231122.174530_builder_junos_${version.slice(0, 4).replace('.', '')}]`),
      ];
      const member = several === null ? [] : [`${several}${index}:`, '-'.repeat(74)];
      return `${[...member, ...lines].join('\n')}\n`;
    })
    .join('\n');
}
