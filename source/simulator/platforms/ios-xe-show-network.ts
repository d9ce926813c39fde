import type { CliSession } from '../cli-session.ts';
import type { Command, CommandResult } from '../command.ts';
import { iosTime } from '../uptime-text.ts';
import { columns } from './columns.ts';

export const iosXeShowNetwork: readonly Command[] = [
  { words: 'show clock', help: 'Display the system clock', run: clock },
  { words: 'show clock detail', help: 'Display the system clock, and what it follows', run: clockDetail },
  { words: 'show ntp status', help: 'Status of the network time protocol', run: ntp },
  { words: 'show ip interface brief', help: 'Interfaces, a line each', run: interfaces },
  { words: 'show ip bgp summary', help: 'BGP neighbours, a line each', run: bgp },
  { words: 'show ip route summary', help: 'Numbers of routes', run: routes },
  { words: 'show platform resources', help: 'Load of the processors', run: resources },
];

/** The time that the clock shows; `*` means that it is not in step. */
function clock({ machine }: CliSession): CommandResult {
  const now = machine.now();
  const [time = '', ...rest] = iosTime(now).split(' ');
  const mark = machine.has('clock_unsynchronized') ? '*' : '';
  return { text: `${mark}${time}.${String(now.getUTCMilliseconds()).padStart(3, '0')} ${rest.join(' ')}\n` };
}

function clockDetail(session: CliSession): CommandResult {
  const source = session.machine.has('clock_unsynchronized') ? 'hardware calendar' : 'NTP';
  return { text: `${clock(session).text}Time source is ${source}\n` };
}

function ntp({ machine }: CliSession): CommandResult {
  const lost = machine.has('clock_unsynchronized');
  return {
    text: `${[
      lost
        ? 'Clock is unsynchronized, stratum 16, no reference clock'
        : 'Clock is synchronized, stratum 3, reference is 192.0.2.251',
      'nominal freq is 250.0000 Hz, actual freq is 249.9984 Hz, precision is 2**10',
      lost
        ? 'clock offset is 0.0000 msec, root delay is 0.00 msec'
        : 'clock offset is 0.4821 msec, root delay is 11.20 msec',
      lost
        ? "loopfilter state is 'NSET' (Never set), drift is 0.000000000 s/s"
        : "loopfilter state is 'CTRL' (Normal Controlled Loop), drift is 0.000006386 s/s",
    ].join('\n')}\n`,
  };
}

function interfaces({ machine }: CliSession): CommandResult {
  const rows = machine.network.interfaces.map(({ name, address, up }) => {
    const status = up ? 'up' : address === null ? 'administratively down' : 'down';
    return [name, address ?? 'unassigned', 'YES', address === null ? 'unset' : 'NVRAM', status, up ? 'up' : 'down'];
  });
  const header = ['Interface', 'IP-Address', 'OK?', 'Method', 'Status', 'Protocol'];
  return { text: `${columns([23, 16, 4, 7, 22, 8], [header, ...rows])}\n` };
}

function bgp({ machine }: CliSession): CommandResult {
  const { routerId, as, neighbours } = machine.network;
  const header = [
    'Neighbor',
    'V',
    '        AS',
    ' MsgRcvd',
    ' MsgSent',
    '   TblVer',
    '  InQ',
    ' OutQ',
    ' Up/Down ',
    ' State/PfxRcd',
  ];
  const rows = neighbours.map(({ address, as: remote, established, prefixes }) => [
    address,
    '4',
    String(remote).padStart(10),
    String(established ? prefixes * 9 : 0).padStart(8),
    String(established ? prefixes * 8 : 0).padStart(8),
    String(established ? 4711 : 1).padStart(9),
    '    0',
    '    0',
    established ? ' 02:11:47' : ' never   ',
    established ? String(prefixes).padStart(9) : ' Idle',
  ]);
  return {
    text: `${[
      `BGP router identifier ${routerId}, local AS number ${as}`,
      'BGP table version is 4711, main routing table version 4711',
      '',
      columns([16, 1, 10, 8, 8, 9, 5, 5, 9, 9], [header, ...rows]),
    ].join('\n')}\n`,
  };
}

function routes({ machine }: CliSession): CommandResult {
  const { as, routes: counts } = machine.network;
  const row = (source: string, networks: number, subnets: number): readonly (string | number)[] => [
    source,
    networks,
    subnets,
    0,
    subnets * 96,
    subnets * 312,
  ];
  const total = counts.connected + counts.static + counts.ospf + counts.bgp;
  return {
    text: `${[
      'IP routing table name is default (0x0)',
      'IP routing table maximum-paths is 32',
      columns(
        [16, 12, 12, 12, 12, 14],
        [
          ['Route Source', 'Networks', 'Subnets', 'Replicates', 'Overhead', 'Memory (bytes)'],
          row('application', 0, 0),
          row('connected', 0, counts.connected),
          row('static', 0, counts.static),
          row('ospf 1', 0, counts.ospf),
          row(`bgp ${as}`, 0, counts.bgp),
          ['internal', 1, '', '', '', 2664],
          row('Total', 1, total),
        ],
      ),
    ].join('\n')}\n`,
  };
}

function resources(): CommandResult {
  return {
    text: `${[
      '**State Acronym: H - Healthy, W - Warning, C - Critical',
      'Resource                 Usage                 Max             Warning         Critical        State',
      '----------------------------------------------------------------------------------------------------',
      'RP0 (ok, active)                                                                               H',
      ' Control Processor       11.40%                100%            80%             90%             H',
      '  DRAM                   2873MB(36%)           7754MB          88%             93%             H',
      '  bootflash              2012MB(18%)           10827MB         88%             93%             H',
    ].join('\n')}\n`,
  };
}
