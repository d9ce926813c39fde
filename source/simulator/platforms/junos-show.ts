import type { CliSession } from '../cli-session.ts';
import type { Command, CommandResult } from '../command.ts';
import { membersOf } from '../members.ts';
import { uptimeParts } from '../uptime-text.ts';
import { columns } from './columns.ts';
import { isJunosSwitch, junosVersion } from './junos-version.ts';

export const junosShow: readonly Command[] = [
  {
    words: 'show version',
    help: 'Show software process revision levels',
    run: ({ machine }) => ({ text: junosVersion(machine) }),
  },
  { words: 'show system uptime', help: 'Show time since system and processes started', run: uptime },
  { words: 'show chassis routing-engine', help: 'Show routing engine status', run: routingEngine },
  { words: 'show chassis hardware', help: 'Show installed hardware components', run: hardware },
  { words: 'show virtual-chassis', help: 'Show virtual chassis information', run: virtualChassis },
  { words: 'show virtual-chassis status', help: 'Show virtual chassis information', run: virtualChassis },
  { words: 'show system storage', help: 'Show local storage data', run: storage },
  {
    words: 'show configuration',
    help: 'Show current configuration',
    run: ({ machine }) => ({
      text: `## Last commit: ${stamp(machine.device.bootedAt)} UTC by ${machine.device.user}\n${machine.runningConfiguration}`,
    }),
  },
  { words: 'show ntp status', help: 'Show NTP status', run: ntp },
  {
    words: 'show system ntp threshold',
    help: 'Show NTP threshold configuration',
    run: () => ({ text: 'NTP Threshold: 400 sec\nSuccess Criteria: accept\n' }),
  },
];

/** `2026-03-01 12:00:00`. */
function stamp(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

function uptime({ machine }: CliSession): CommandResult {
  const now = machine.now();
  const { bootedAt } = machine;
  const seconds = Math.max(0, Math.floor((now.getTime() - bootedAt.getTime()) / 1000));
  const days = Math.floor(seconds / 86_400);
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}`;
  const weeks =
    days >= 7
      ? `${Math.floor(days / 7)}w${days % 7}d ${clock}`
      : days > 0
        ? `${days}d ${clock}`
        : `${clock}:${two(seconds % 60)}`;
  const lines = [
    `Current time: ${stamp(now)} UTC`,
    `Time Source:  ${machine.has('clock_unsynchronized') ? 'LOCAL CLOCK' : 'NTP CLOCK'}`,
    `System booted: ${stamp(bootedAt)} UTC (${weeks} ago)`,
    `Protocols started: ${stamp(bootedAt)} UTC (${weeks} ago)`,
    `Last configured: ${stamp(machine.device.bootedAt)} UTC (${weeks} ago) by ${machine.device.user}`,
    `${stamp(now).slice(11, 16)}  up ${uptimeParts(bootedAt, now).join(', ')}, 1 users, load averages: 0.31, 0.35, 0.36`,
  ];
  return { text: `${[...member(machine.device), ...lines].join('\n')}\n` };
}

function member(device: Parameters<typeof isJunosSwitch>[0]): readonly string[] {
  return isJunosSwitch(device) ? ['fpc0:', '-'.repeat(74)] : [];
}

function routingEngine({ machine }: CliSession): CommandResult {
  const members = membersOf(machine);
  const up = uptimeParts(machine.bootedAt, machine.now()).join(', ');
  const engines = members.map(({ index }) =>
    [
      `  Slot ${index}:`,
      `    Current state                  ${index === 0 ? 'Master' : 'Backup'}`,
      `    Election priority              ${index === 0 ? 'Master (default)' : 'Backup (default)'}`,
      '    Temperature                 42 degrees C / 107 degrees F',
      '    DRAM                      16350 MB (16384 MB installed)',
      '    Memory utilization          17 percent',
      '    CPU utilization:',
      '      User                       4 percent',
      '      Background                 0 percent',
      '      Kernel                     6 percent',
      '      Interrupt                  0 percent',
      '      Idle                      90 percent',
      '    Model                          RE-S-1600x8',
      '    Serial ID                      BUILTIN',
      `    Start time                     ${stamp(machine.bootedAt)} UTC`,
      `    Uptime                         ${up}`,
      `    Last reboot reason             ${machine.counters.reloads > 0 ? '0x4000:VJUNOS reboot' : '0x1:power cycle/failure'}`,
    ].join('\n'),
  );
  return { text: `Routing Engine status:\n${engines.join('\n')}\n` };
}

function hardware({ machine: { device } }: CliSession): CommandResult {
  const rows = [
    ['Item', 'Version', 'Part number', 'Serial number', 'Description'],
    ['Chassis', '', '', device.serial, device.model.toUpperCase()],
    ['Midplane', 'REV 16', '750-047865', device.serial, device.model.toUpperCase()],
    ['Routing Engine 0', '', 'BUILTIN', 'BUILTIN', 'RE-S-1600x8'],
    ['FPC 0', '', 'BUILTIN', 'BUILTIN', 'MPC'],
    ['  PIC 0', '', 'BUILTIN', 'BUILTIN', '4XQSFP28 PIC'],
  ];
  return { text: `Hardware inventory:\n${columns([17, 9, 13, 18, 20], rows)}\n` };
}

function virtualChassis({ machine }: CliSession): CommandResult {
  const { device } = machine;
  const rows = membersOf(machine).map(
    ({ index }) =>
      `${index} (FPC ${index})  Prsnt    ${device.serial}  ${device.model.toLowerCase()}  ${index === 0 ? '129   Master*' : '128   Backup '}  N  VC`,
  );
  return {
    text: `${[
      'Preprovisioned Virtual Chassis',
      'Virtual Chassis ID: 5a1b.2c3d.4e5f',
      'Virtual Chassis Mode: Enabled',
      '                                          Mstr           Mixed Route Neighbor List',
      'Member ID  Status   Serial No    Model          prio  Role      Mode  Mode ID  Interface',
      ...rows,
    ].join('\n')}\n`,
  };
}

function storage({ machine }: CliSession): CommandResult {
  const { totalBytes, freeBytes } = machine.flash;
  // Without -h the table counts blocks of 512 bytes.
  const size = Math.floor(totalBytes / 512);
  const free = Math.floor(freeBytes / 512);
  const rows = [
    ['Filesystem', '512-blocks', 'Used', 'Avail', 'Capacity', 'Mounted on'],
    ['/dev/gpt/junos', 9_914_432, 2_316_040, 6_805_240, '25%', '/.mount'],
    ['/dev/gpt/config', 1_626_552, 1640, 1_494_792, '0%', '/.mount/config'],
    ['/dev/gpt/var', size, size - free, free, `${Math.round(((size - free) / size) * 100)}%`, '/.mount/var'],
  ];
  return { text: `${[...member(machine.device), columns([24, 13, 13, 13, 11, 14], rows)].join('\n')}\n` };
}

function ntp({ machine }: CliSession): CommandResult {
  const lost = machine.has('clock_unsynchronized');
  return {
    text: lost
      ? 'status=c016 leap_alarm, sync_unspec, 1 event, restart,\nversion="ntpd 4.2.0-a", stratum=16, reftime=no time\n'
      : 'status=0644 leap_none, sync_ntp, 4 events, event_peer/strat_chg,\nversion="ntpd 4.2.0-a", stratum=3, refid=192.0.2.251, offset=0.482\n',
  };
}
