import { SILENT } from '../command.ts';
import type { CliSession } from '../cli-session.ts';
import type { SimulatedPlatform } from '../platform.ts';
import { unixTime, uptimeParts } from '../uptime-text.ts';

const MORE = '\u001b[7m--More--\u001b[m';
const BUILD = '33818481';
const MEMORY_TOTAL = 8_099_732;
const MEMORY_FREE = 5_214_340;
const MAC = '985d.82b8.faf5';

export const eos: SimulatedPlatform = {
  commands: [
    { words: 'show version', help: 'Software and hardware versions', run: version },
    {
      words: 'show clock',
      help: 'The system clock',
      run: ({ now }) => ({ text: `${unixTime(now())}\nTimezone: UTC\nClock source: NTP server\n` }),
    },
    {
      words: 'terminal length <number>',
      help: 'Number of lines on a screen',
      run: (session, lines) => {
        session.screenLength = lines;
        return { text: lines === 0 ? 'Pagination disabled.\n' : `Pagination set to ${lines} lines.\n` };
      },
    },
    {
      words: 'terminal width <number>',
      help: 'Width of the terminal',
      run: (session, columns) => ((session.screenWidth = columns), { text: `Width set to ${columns} columns.\n` }),
    },
    {
      words: 'enable',
      help: 'Turn on privileged commands',
      run: (session) => ((session.privileged = true), SILENT),
    },
    {
      words: 'disable',
      help: 'Turn off privileged commands',
      run: (session) => ((session.privileged = false), SILENT),
    },
    { words: 'exit', help: 'Leave the session', run: () => ({ text: '', close: true }) },
    { words: 'logout', help: 'Leave the session', run: () => ({ text: '', close: true }) },
    { words: 'quit', help: 'Leave the session', run: () => ({ text: '', close: true }) },
  ],
  pipes: ['json', 'no-more', 'include', 'exclude'],
  pager: { more: MORE, erase: '\r\u001b[K' },
  welcome: ({ now }) => `Last login: ${unixTime(now())} from 127.0.0.1\n`,
  prompt: ({ device, privileged }) => `${device.hostname}${privileged ? '#' : '>'}`,
  explain({ resolution, words }) {
    if (resolution.kind === 'incomplete') return '% Incomplete command\n';
    const at = `(at token ${resolution.at}: '${words[resolution.at]}')`;
    return resolution.kind === 'ambiguous' ? `% Ambiguous command ${at}\n` : `% Invalid input ${at}\n`;
  },
};

function version({ device, now }: CliSession): { text: string; json: unknown } {
  const parts = uptimeParts(device.bootedAt, now());
  const uptime = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join('');
  // Inventories often leave the family's prefix out.
  const model = /^\d/u.test(device.model) ? `DCS-${device.model}` : device.model;
  const build = `${device.version}-${BUILD}.${device.version.replaceAll('.', '')}`;
  const lines = [
    `Arista ${model}`,
    'Hardware version: 11.01',
    `Serial number: ${device.serial}`,
    `Hardware MAC address: ${MAC}`,
    `System MAC address: ${MAC}`,
    '',
    `Software image version: ${device.version}`,
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
    version: device.version,
    architecture: 'x86_64',
    internalVersion: build,
    bootupTimestamp: device.bootedAt.getTime() / 1000,
    uptime: (now().getTime() - device.bootedAt.getTime()) / 1000,
    memTotal: MEMORY_TOTAL,
    memFree: MEMORY_FREE,
    isIntlVersion: false,
  };
  return { text: `${lines.join('\n')}\n`, json };
}
