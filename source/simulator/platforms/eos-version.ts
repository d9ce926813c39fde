import type { Machine } from '../machine.ts';
import { uptimeParts } from '../uptime-text.ts';

const BUILD = '33818481';
const MEMORY_TOTAL = 8_099_732;
const MEMORY_FREE = 5_214_340;
const MAC = '985d.82b8.faf5';

/** Arista's answer to `show version`, as text and for `| json`. */
export function eosVersion(machine: Machine): { text: string; json: unknown } {
  const { device, bootedAt, software } = machine;
  const now = machine.now();
  const parts = uptimeParts(bootedAt, now);
  const uptime = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join('');
  // Inventories often leave the family's prefix out.
  const model = /^\d/u.test(device.model) ? `DCS-${device.model}` : device.model;
  const build = `${software.running}-${BUILD}.${software.running.replaceAll('.', '')}`;
  // Engineering builds print the build in the version's place.
  const version = machine.has('version_spelled_differently') ? build : software.running;
  const lines = [
    `Arista ${model}`,
    'Hardware version: 11.01',
    `Serial number: ${device.serial}`,
    `Hardware MAC address: ${MAC}`,
    `System MAC address: ${MAC}`,
    '',
    `Software image version: ${version}`,
    'Architecture: x86_64',
    `Internal build version: ${build}`,
    'Internal build ID: 6f2f1a04-3f5b-4a58-9a6a-0d8f4b9b5b51',
    'Image format version: 3.0',
    'Image optimization: None',
    '',
    `Uptime: ${uptime}`,
    `Total memory: ${MEMORY_TOTAL} kB`,
    `Free memory: ${MEMORY_FREE} kB`,
    '',
  ];
  const json = {
    mfgName: 'Arista',
    modelName: model,
    hardwareRevision: '11.01',
    serialNumber: device.serial,
    systemMacAddress: '98:5d:82:b8:fa:f5',
    hwMacAddress: '98:5d:82:b8:fa:f5',
    version,
    architecture: 'x86_64',
    internalVersion: build,
    bootupTimestamp: bootedAt.getTime() / 1000,
    uptime: (now.getTime() - bootedAt.getTime()) / 1000,
    memTotal: MEMORY_TOTAL,
    memFree: MEMORY_FREE,
    isIntlVersion: false,
  };
  return { text: `${lines.join('\n')}\n`, json };
}
