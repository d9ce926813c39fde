import type { Platform } from '../../../model/platform.ts';
import type { Figures } from '../figures.ts';
import { entry, integer, type MibEntry, objectId, text, timeTicks } from '../mib.ts';

const SYSTEM = '1.3.6.1.2.1.1';
const PARTS = '1.3.6.1.2.1.47.1.1.1.1';
const CHASSIS = 3;
const MODULE = 9;

const DESCRIPTIONS: Readonly<Record<Platform, (model: string, version: string) => string>> = {
  'ios-xe': (model, version) =>
    `Cisco IOS Software [Cupertino], ${model} Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version ${version}, RELEASE SOFTWARE (fc3)\r\nTechnical Support: http://www.cisco.com/techsupport`,
  junos: (model, version) =>
    `Juniper Networks, Inc. ${model.toLowerCase()} internet router, kernel JUNOS ${version}, Build date: 2023-11-20 10:11:12 UTC`,
  eos: (model, version) => `Arista Networks EOS version ${version} running on an Arista Networks DCS-${model}`,
};

const OBJECT_IDS: Readonly<Record<Platform, string>> = {
  'ios-xe': '1.3.6.1.4.1.9.1.2990',
  junos: '1.3.6.1.4.1.2636.1.1.1.2.149',
  eos: '1.3.6.1.4.1.30065.1.3011.7280.3735.48.1.8',
};

/** SNMPv2-MIB, the engine's time, and the first rows of ENTITY-MIB. */
export function systemEntries(platform: Platform): readonly MibEntry<Figures>[] {
  return [
    entry(`${SYSTEM}.1.0`, ({ subject }) => text(DESCRIPTIONS[platform](subject.model, subject.version))),
    entry(`${SYSTEM}.2.0`, () => objectId(OBJECT_IDS[platform])),
    entry(`${SYSTEM}.3.0`, ({ uptimeTicks }) => timeTicks(uptimeTicks)),
    entry(`${SYSTEM}.5.0`, ({ subject }) => text(subject.hostname)),
    entry('1.3.6.1.6.3.10.2.1.3.0', ({ uptimeTicks }) => integer(Number(uptimeTicks / 100n))),
    entry(`${PARTS}.5.1`, () => integer(CHASSIS)),
    entry(`${PARTS}.5.2`, () => integer(MODULE)),
    entry(`${PARTS}.11.1`, ({ subject }) => text(subject.serial)),
    entry(`${PARTS}.11.2`, ({ subject }) => text(`${subject.serial}-2`)),
  ];
}
