import type { CliSession } from '../cli-session.ts';
import type { Command, CommandResult } from '../command.ts';
import type { Machine } from '../machine.ts';
import { membersOf } from '../members.ts';
import { uptimeParts } from '../uptime-text.ts';
import { stalled } from './ios-xe-activate.ts';
import { drive, isSwitch, packageVersion, plainVersion } from './ios-xe-names.ts';
import { iosXeVersion } from './ios-xe-version.ts';

const STALE = '17.03.05';
const RULE = '-'.repeat(80);

export const iosXeShowSoftware: readonly Command[] = [
  {
    words: 'show version',
    help: 'System hardware and software status',
    run: ({ machine }) => ({ text: iosXeVersion(machine) }),
  },
  { words: 'show boot', help: 'Show the boot attributes', run: ({ machine }) => ({ text: boot(machine) }) },
  { words: 'show redundancy', help: 'Redundancy status', run: redundancy },
  { words: 'show switch', help: 'Show the stack', run: stack },
  { words: 'show install summary', help: 'Show what is installed', run: summary },
];

function boot(machine: Machine): string {
  const variable = `BOOT variable = ${bootVariable(machine)};`;
  const lines = isSwitch(machine.device)
    ? [
        '---------------------------',
        'Switch 1',
        '---------------------------',
        'Current Boot Variables:',
        variable,
        '',
        'Boot Variables on next reload:',
        variable,
        'Manual Boot = no',
        'Enable Break = yes',
        'Boot Mode = DEVICE',
        'iPXE Timeout = 0',
      ]
    : [
        variable,
        'CONFIG_FILE variable does not exist',
        'BOOTLDR variable does not exist',
        'Configuration register is 0x2102',
        '',
        'Standby not ready to show bootvar',
      ];
  return `${lines.join('\n')}\n\n`;
}

function summary({ machine }: CliSession): CommandResult {
  const { software, flash } = machine;
  const uncommitted = software.abortAt !== null && software.running !== software.committed;
  const packages = flash.files.filter(({ name }) => name.endsWith('.pkg')).map(({ version }) => version ?? '');
  const state = (version: string): string => {
    if (version === software.running) return uncommitted ? 'U' : 'C';
    if (stalled(machine) && version === software.next) return 'U';
    return uncommitted && version === software.committed ? 'D' : 'I';
  };
  const stale = machine.has('stale_install_state') && !packages.includes(STALE) ? [STALE] : [];
  const images = [...packages, ...stale].map((version) => `IMG   ${state(version)}    ${packageVersion(version)}`);
  const busy = machine.has('install_in_progress') ? 'install_add' : software.busy;
  return {
    text: `${[
      '[ R0 ] Installed Package(s) Information:',
      'State (St): I - Inactive, U - Activated & Uncommitted,',
      '            C - Activated & Committed, D - Deactivated & Uncommitted',
      RULE,
      'Type  St   Filename/Version',
      RULE,
      ...images,
      '',
      RULE,
      abortTimer(machine),
      RULE,
      ...(busy === null ? [] : ['', `Install operation in progress: ${busy}`]),
      '',
    ].join('\n')}\n`,
  };
}

function abortTimer(machine: Machine): string {
  const { abortAt } = machine.software;
  if (abortAt === null) return 'Auto abort timer: inactive';
  const seconds = Math.max(0, Math.floor((abortAt.getTime() - machine.now().getTime()) / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const left = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return `Auto abort timer: active on install_activate, time before rollback - ${left}`;
}

function stack({ machine }: CliSession): CommandResult {
  if (!isSwitch(machine.device)) return { text: '% Switch commands are not supported on this platform\n' };
  const lines = membersOf(machine).map(({ index }) => {
    const role = index === 0 ? 'Active ' : index === 1 ? 'Standby' : 'Member ';
    const place = `${index === 0 ? '*' : ' '}${index + 1}`;
    return `${place}       ${role}  001e.bd0a.41${index}0     ${15 - index}     V01     Ready`;
  });
  return {
    text: `${[
      'Switch/Stack Mac Address : 001e.bd0a.4100 - Local Mac Address',
      'Mac persistency wait time: Indefinite',
      '                                             H/W   Current',
      'Switch#   Role    Mac Address     Priority Version  State',
      '-'.repeat(85),
      ...lines,
      '',
    ].join('\n')}\n`,
  };
}

function redundancy({ machine }: CliSession): CommandResult {
  const [active, standby] = membersOf(machine);
  const { bootedAt, device } = machine;
  const uptime = uptimeParts(bootedAt, machine.now()).join(', ');
  const mode = standby === undefined ? 'Non-redundant' : 'sso';
  const processor = (state: string, version: string): readonly string[] => [
    `        Current Software state = ${state}`,
    `       Uptime in current state = ${uptime}`,
    `                 Image Version = Cisco IOS Software, IOS-XE Software, Version ${plainVersion(version)}, RELEASE SOFTWARE (fc3)`,
    `                          BOOT = ${bootVariable(machine)};`,
    `        Configuration register = ${isSwitch(device) ? '0x102' : '0x2102'}`,
    '',
  ];
  return {
    text: `${[
      'Redundant System Information :',
      '------------------------------',
      `       Available system uptime = ${uptime}`,
      'Switchovers system experienced = 0',
      '              Standby failures = 0',
      '        Last switchover reason = none',
      '',
      `                 Hardware Mode = ${standby === undefined ? 'Simplex' : 'Duplex'}`,
      `    Configured Redundancy Mode = ${mode}`,
      `     Operating Redundancy Mode = ${mode}`,
      '              Maintenance Mode = Disabled',
      `                Communications = ${standby === undefined ? 'Down      Reason: Failure' : 'Up'}`,
      '',
      'Current Processor Information :',
      '-------------------------------',
      '               Active Location = slot 0',
      ...processor('ACTIVE', active?.version ?? ''),
      ...(standby === undefined
        ? ["Peer (slot: 1) information is not available because it is in 'DISABLED' state"]
        : [
            'Peer Processor Information :',
            '----------------------------',
            '              Standby Location = slot 1',
            ...processor('STANDBY HOT', standby.version),
          ]),
    ].join('\n')}\n`,
  };
}

function bootVariable(machine: Machine): string {
  const place = drive(machine.device);
  return machine.has('boot_variable_wrong')
    ? `${place}:cat9k_iosxe.16.12.01.SPA.bin`
    : `${place}:${machine.software.bootFile}`;
}
