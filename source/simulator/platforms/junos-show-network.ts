import type { CliSession } from '../cli-session.ts';
import type { Command, CommandResult } from '../command.ts';
import { columns } from './columns.ts';

export const junosShowNetwork: readonly Command[] = [
  { words: 'show interfaces terse', help: 'Interfaces, a line each', run: interfaces },
  { words: 'show bgp summary', help: 'BGP neighbours, a line each', run: bgp },
  { words: 'show route summary', help: 'Numbers of routes', run: routes },
];

function interfaces({ machine }: CliSession): CommandResult {
  const rows = machine.network.interfaces.flatMap(({ name, address, up }) => {
    const link = up ? 'up' : 'down';
    const port = [name, 'up', link, '', '', ''];
    return address === null
      ? [port]
      : [
          port,
          [
            `${name}.0`,
            'up',
            link,
            'inet',
            name === 'lo0' ? address : `${address}/30`,
            name === 'lo0' ? '--> 0/0' : '',
          ],
        ];
  });
  const header = ['Interface', 'Admin', 'Link', 'Proto', 'Local', 'Remote'];
  return { text: `${columns([24, 6, 5, 9, 22, 8], [header, ...rows])}\n` };
}

function bgp({ machine }: CliSession): CommandResult {
  const { neighbours } = machine.network;
  const down = neighbours.filter(({ established }) => !established).length;
  const prefixes = neighbours.reduce((sum, one) => sum + (one.established ? one.prefixes : 0), 0);
  const rows = neighbours.map(({ address, as, established, prefixes: count }) =>
    established
      ? `${address.padEnd(22)}${String(as).padStart(8)}${String(count * 9).padStart(11)}${String(count * 8).padStart(11)}       0       0     2:11:47 ${count}/${count}/${count}/0           0/0/0/0`
      : `${address.padEnd(22)}${String(as).padStart(8)}${'0'.padStart(11)}${'0'.padStart(11)}       0       1        1:02 Active`,
  );
  return {
    text: `${[
      'Threading mode: BGP I/O',
      'Default eBGP mode: advertise - accept, receive - accept',
      `Groups: 1 Peers: ${neighbours.length} Down peers: ${down}`,
      'Table          Tot Paths  Act Paths Suppressed    History Damp State    Pending',
      'inet.0',
      `${' '.repeat(15)}${String(prefixes).padStart(9)}${String(prefixes).padStart(11)}          0          0          0          0`,
      'Peer                     AS      InPkt     OutPkt    OutQ   Flaps Last Up/Dwn State|#Active/Received/Accepted/Damped...',
      ...rows,
    ].join('\n')}\n`,
  };
}

function routes({ machine }: CliSession): CommandResult {
  const { as, routerId, routes: counts } = machine.network;
  const total = counts.connected + counts.static + counts.ospf + counts.bgp;
  const line = (name: string, count: number): string =>
    `${name.padStart(20)}: ${String(count).padStart(6)} routes, ${String(count).padStart(6)} active`;
  return {
    text: `${[
      `Autonomous system number: ${as}`,
      `Router ID: ${routerId}`,
      '',
      `inet.0: ${total} destinations, ${total} routes (${total} active, 0 holddown, 0 hidden)`,
      line('Direct', counts.connected),
      line('Static', counts.static),
      line('OSPF', counts.ospf),
      line('BGP', counts.bgp),
    ].join('\n')}\n`,
  };
}
