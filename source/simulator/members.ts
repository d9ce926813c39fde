import type { Platform } from '../model/platform.ts';
import type { Machine } from './machine.ts';

export interface Member {
  /** From zero. */
  readonly index: number;
  readonly version: string;
}

const OLD: Readonly<Record<Platform, string>> = { 'ios-xe': '17.03.05', junos: '20.4R3-S8', eos: '4.28.10M' };

/** The processors or stack members of a device, the one that speaks first. */
export function membersOf(machine: Machine): readonly Member[] {
  const { device, software } = machine;
  const differs = machine.has('member_other_version');
  const other = software.previous === software.running ? OLD[device.platform] : software.previous;
  return Array.from({ length: Math.max(device.members ?? 1, differs ? 2 : 1) }, (_, index) => ({
    index,
    version: differs && index === 1 ? other : software.running,
  }));
}
