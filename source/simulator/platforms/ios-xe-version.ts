import type { Machine } from '../machine.ts';
import { membersOf } from '../members.ts';
import { iosTime, uptimeParts } from '../uptime-text.ts';
import { isSwitch as isSwitchModel, paddedVersion, plainVersion } from './ios-xe-names.ts';

const TRAINS: Readonly<Record<string, string>> = {
  '16.3': 'Denali',
  '16.6': 'Everest',
  '16.9': 'Fuji',
  '16.12': 'Gibraltar',
  '17.3': 'Amsterdam',
  '17.6': 'Bengaluru',
  '17.9': 'Cupertino',
  '17.12': 'Dublin',
};

/** Cisco's answer to `show version`: routers and Catalyst switches differ in the image's name and at the end. */
export function iosXeVersion(machine: Machine): string {
  const { device, bootedAt, software } = machine;
  const { hostname, model, serial } = device;
  const isSwitch = isSwitchModel(device);
  // The first line pads the numbers, the second does not.
  const plain = plainVersion(software.running);
  const padded = machine.has('version_spelled_differently') ? plain : paddedVersion(plain);
  const train = TRAINS[plain.split('.').slice(0, 2).join('.')] ?? 'IOSXE';
  const image = isSwitch
    ? 'Catalyst L3 Switch Software (CAT9K_IOSXE)'
    : `${imageFamily(model)} Software (X86_64_LINUX_IOSD-UNIVERSALK9-M)`;
  const uptime = uptimeParts(bootedAt, machine.now())
    .filter((part) => !part.startsWith('0 ') || part === '0 minutes')
    .join(', ');
  return `${[
    `Cisco IOS XE Software, Version ${padded}`,
    `Cisco IOS Software [${train}], ${image}, Version ${plain}, RELEASE SOFTWARE (fc3)`,
    'Technical Support: http://www.cisco.com/techsupport',
    'Copyright (c) 1986-2024 by Cisco Systems, Inc.',
    'Compiled Tue 19-Mar-24 11:46 by mcpre',
    '',
    '',
    'ROM: IOS-XE ROMMON',
    ...(isSwitch ? ['BOOTLDR: System Bootstrap, Version 17.9.1r, RELEASE SOFTWARE (P)'] : []),
    '',
    `${hostname} uptime is ${uptime}`,
    `Uptime for this control processor is ${uptime}`,
    'System returned to ROM by Reload Command',
    `System restarted at ${iosTime(bootedAt)}`,
    `System image file is "${isSwitch ? 'flash' : 'bootflash'}:packages.conf"`,
    'Last reload reason: Reload Command',
    '',
    '',
    ...(isSwitch ? switchHardware(machine) : routerHardware(model, serial)),
    '',
    `Configuration register is ${isSwitch ? '0x102' : '0x2102'}`,
    '',
  ].join('\n')}\n`;
}

function imageFamily(model: string): string {
  if (model.startsWith('ASR')) return 'ASR1000';
  if (model.startsWith('C85')) return 'c8000aep';
  return model.startsWith('C8') ? 'c8000be' : 'ISR';
}

function routerHardware(model: string, serial: string): readonly string[] {
  return [
    'License Level: network-advantage',
    'License Type: Smart License',
    'Next reload license Level: network-advantage',
    '',
    `cisco ${model} (1RU) processor with 3753847K/6147K bytes of memory.`,
    `Processor board ID ${serial}`,
    'Router operating mode: Autonomous',
    '4 Gigabit Ethernet interfaces',
    '2 Ten Gigabit Ethernet interfaces',
    '32768K bytes of non-volatile configuration memory.',
    '8388608K bytes of physical memory.',
    '14778343K bytes of flash memory at bootflash:.',
  ];
}

function switchHardware(machine: Machine): readonly string[] {
  const { model, serial } = machine.device;
  return [
    'Technology Package License Information:',
    '',
    '------------------------------------------------------------------------------',
    'Technology-package                                     Technology-package',
    'Current                        Type                       Next reboot',
    '------------------------------------------------------------------------------',
    'network-advantage       Smart License                    network-advantage',
    '',
    `cisco ${model} (X86) processor with 1331521K/6147K bytes of memory.`,
    `Processor board ID ${serial}`,
    '1 Virtual Ethernet interface',
    '56 Gigabit Ethernet interfaces',
    '8 Ten Gigabit Ethernet interfaces',
    '2048K bytes of non-volatile configuration memory.',
    '8388608K bytes of physical memory.',
    '11264000K bytes of Flash at flash:.',
    '',
    'Base Ethernet MAC Address          : 00:1e:bd:0a:41:00',
    'Model Revision Number              : A0',
    `Model Number                       : ${model}`,
    `System Serial Number               : ${serial}`,
    '',
    'Switch Ports Model              SW Version        SW Image              Mode',
    '------ ----- -----              ----------        ----------            ----',
    ...membersOf(machine).map(
      ({ index, version }) =>
        `${index === 0 ? '*' : ' '}    ${index + 1} 65    ${model.padEnd(17)}  ${version.padEnd(16)}  CAT9K_IOSXE           INSTALL`,
    ),
  ];
}
