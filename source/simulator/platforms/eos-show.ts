import type { CliSession } from '../cli-session.ts';
import type { Command, CommandResult } from '../command.ts';
import type { Machine } from '../machine.ts';
import { iosTime, unixTime } from '../uptime-text.ts';
import { columns } from './columns.ts';
import { eosVersion } from './eos-version.ts';

const OTHER_FILE = 'EOS64-4.26.8M.swi';

export const eosShow: readonly Command[] = [
  { words: 'show version', help: 'Software and hardware versions', run: ({ machine }) => eosVersion(machine) },
  { words: 'show clock', help: 'The system clock', run: clock },
  { words: 'show boot-config', help: 'The file that is booted next', run: bootConfig },
  { words: 'show reload cause', help: 'Why the system last came up', run: reloadCause },
  { words: 'show mlag', help: 'MLAG state', run: mlag },
  { words: 'show ntp status', help: 'NTP status', run: ntp },
  { words: 'show running-config', help: 'The running configuration', run: running },
  { words: 'show running-config diffs', help: 'Unsaved changes', run: differences },
  { words: 'show startup-config', help: 'The startup configuration', run: startup },
  { words: 'show interfaces status', help: 'Ports, a line each', run: ports },
  { words: 'show ip interface brief', help: 'Interfaces with an address, a line each', run: addresses },
  { words: 'show ip bgp summary', help: 'BGP neighbours, a line each', run: bgp },
  { words: 'show ip route summary', help: 'Numbers of routes', run: routes },
];

function clock({ machine }: CliSession): CommandResult {
  const source = machine.has('clock_unsynchronized') ? 'local' : 'NTP server';
  return { text: `${unixTime(machine.now())}\nTimezone: UTC\nClock source: ${source}\n` };
}

/** The file that it boots, as it says. */
function shownBootFile(machine: Machine): string {
  const { software, kind } = machine;
  const changed = software.bootFile !== kind.bootFile(software.running);
  return machine.has(changed ? 'boot_variable_wrong' : 'stale_install_state') ? OTHER_FILE : software.bootFile;
}

function bootConfig({ machine }: CliSession): CommandResult {
  const file = shownBootFile(machine);
  return {
    text: `Software image: flash:/${file}\nConsole speed: (not set)\nAboot password (encrypted): (not set)\nMemory test iterations: (not set)\n`,
    json: { softwareImage: `flash:/${file}`, memTestIterations: 0, certsInstalled: [] },
  };
}

function reloadCause({ machine }: CliSession): CommandResult {
  const { bootedAt, device } = machine;
  const cause =
    machine.counters.reloads > 0 ? 'Reload requested by the user.' : 'The system rebooted due to a Power Loss';
  return {
    text: `Reload Cause 1:\n-------------------\n${cause}\n\nReload Time:\n------------\nReload occurred at ${iosTime(bootedAt)}.\n\nRecommended Action:\n-------------------\nNo action necessary.\n\nDebugging Information:\n----------------------\nUser: ${device.user}\n`,
  };
}

function mlag({ machine }: CliSession): CommandResult {
  const hasPeer = (machine.device.members ?? 1) > 1;
  const active = hasPeer && !machine.has('member_other_version');
  const state = hasPeer ? (active ? 'Active' : 'Inactive') : 'Disabled';
  return {
    text: `${[
      'MLAG Configuration:',
      `domain-id                          :${hasPeer ? '               mlag1' : ''}`,
      `local-interface                    :${hasPeer ? '            Vlan4094' : ''}`,
      `peer-address                       :${hasPeer ? '         192.0.2.254' : ' 0.0.0.0'}`,
      `peer-link                          :${hasPeer ? '     Port-Channel999' : ''}`,
      '',
      'MLAG Status:',
      `state                              :            ${state}`,
      ...(hasPeer
        ? [
            `negotiation status                 :           ${active ? 'Connected' : 'Connecting'}`,
            `peer-link status                   :                  ${active ? 'Up' : 'Down'}`,
            'local-int status                   :                  Up',
            'system-id                          :   2a:5d:82:b8:fa:f5',
            'dual-primary detection             :            Disabled',
          ]
        : []),
      '',
      'MLAG Ports:',
      'Disabled                           :                   0',
      'Configured                         :                   0',
      'Inactive                           :                   0',
      'Active-partial                     :                   0',
      `Active-full                        :                   ${active ? 4 : 0}`,
    ].join('\n')}\n`,
  };
}

function ntp({ machine }: CliSession): CommandResult {
  return {
    text: machine.has('clock_unsynchronized')
      ? 'unsynchronised\n   time server re-starting\n   polling server every 8 s\n'
      : 'synchronised to NTP server (192.0.2.251) at stratum 3\n   time correct to within 27 ms\n   polling server every 1024 s\n',
  };
}

function header({ machine }: CliSession, command: string): string {
  const { device, software } = machine;
  return `! Command: ${command}\n! device: ${device.hostname} (DCS-${device.model.replace(/^DCS-/u, '')}, EOS-${software.running})\n!\n! boot system flash:/${software.bootFile}\n!\n`;
}

function running(session: CliSession): CommandResult {
  return { text: header(session, 'show running-config') + session.machine.runningConfiguration };
}

function startup(session: CliSession): CommandResult {
  const { machine } = session;
  const saved = `! Startup-config last modified at  ${unixTime(machine.device.bootedAt)} by ${machine.device.user}\n`;
  return { text: header(session, 'show startup-config').replace('!\n', `${saved}!\n`) + machine.startupConfiguration };
}

function differences({ machine }: CliSession): CommandResult {
  const before = machine.startupConfiguration.split('\n');
  const now = machine.runningConfiguration.split('\n');
  const lines = [
    ...before.filter((line) => !now.includes(line)).map((line) => `-${line}`),
    ...now.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
  return {
    text: lines.length === 0 ? '' : `--- flash:/startup-config\n+++ system:/running-config\n${lines.join('\n')}\n`,
  };
}

function ports({ machine }: CliSession): CommandResult {
  const rows = machine.network.interfaces
    .filter(({ name }) => name !== 'Loopback0')
    .map(({ name, address, up }) => [
      name.replace('Ethernet', 'Et'),
      '',
      up ? 'connected' : address === null ? 'disabled' : 'notconnect',
      address === null ? '1' : 'routed',
      'full',
      '25G',
      '25GBASE-SR',
    ]);
  const head = ['Port', 'Name', 'Status', 'Vlan', 'Duplex', 'Speed', 'Type'];
  return { text: `${columns([11, 8, 13, 9, 7, 7, 12], [head, ...rows])}\n` };
}

function addresses({ machine }: CliSession): CommandResult {
  const rows = machine.network.interfaces.flatMap(({ name, address, up }) =>
    address === null
      ? []
      : [[name, `${address}${name === 'Loopback0' ? '/32' : '/30'}`, up ? 'up' : 'down', up ? 'up' : 'down', '1500']],
  );
  const head = ['Interface', 'IP Address', 'Status', 'Protocol', 'MTU'];
  return { text: `${columns([16, 20, 11, 13, 6], [head, ...rows])}\n` };
}

function bgp({ machine }: CliSession): CommandResult {
  const { routerId, as, neighbours } = machine.network;
  const rows = neighbours.map(({ address, as: remote, established, prefixes }) => [
    `  ${address}`,
    '4',
    remote,
    established ? prefixes * 9 : 0,
    established ? prefixes * 8 : 0,
    0,
    0,
    established ? '02:11:47' : '00:01:02',
    established ? 'Estab' : 'Active',
    ...(established ? [prefixes, prefixes] : ['', '']),
  ]);
  const head = ['  Neighbor', 'V', 'AS', 'MsgRcvd', 'MsgSent', 'InQ', 'OutQ', 'Up/Down', 'State', 'PfxRcd', 'PfxAcc'];
  return {
    text: `BGP summary information for VRF default\nRouter identifier ${routerId}, local AS number ${as}\nNeighbor Status Codes: m - Under maintenance\n${columns([20, 2, 8, 9, 9, 5, 5, 9, 8, 7, 6], [head, ...rows])}\n`,
  };
}

function routes({ machine }: CliSession): CommandResult {
  const { connected, static: fixed, ospf, bgp: learned } = machine.network.routes;
  const line = (name: string, count: number): string => `   ${name.padEnd(52)}${String(count).padStart(8)}`;
  return {
    text: `${[
      'Operating routing protocol model: multi-agent',
      'Configured routing protocol model: multi-agent',
      'VRF: default',
      line('Route Source', 0).replace(/0$/u, 'Number Of Routes'),
      `${'-'.repeat(52)} ${'-'.repeat(18)}`,
      line('connected', connected),
      line('static (persistent)', fixed),
      line('ospf', ospf),
      line('bgp', learned),
      line('Total Routes', connected + fixed + ospf + learned),
    ].join('\n')}\n`,
  };
}
