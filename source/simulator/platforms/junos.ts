import { SILENT } from '../command.ts';
import type { SimulatedDevice } from '../device.ts';
import type { SimulatedPlatform } from '../platform.ts';
import { unixTime } from '../uptime-text.ts';

const MORE = '---(more)---';
const PACKAGES = [
  'JUNOS OS Kernel 64-bit ',
  'JUNOS OS libs',
  'JUNOS OS runtime',
  'JUNOS OS time zone information',
  'JUNOS OS libs compat32',
  'JUNOS OS 32-bit compatibility',
  'JUNOS py extensions',
  'JUNOS py base',
  'JUNOS OS crypto',
  'JUNOS OS boot-ve files',
  'JUNOS network stack and utilities',
  'JUNOS libs',
  'JUNOS runtime',
  'JUNOS Web Management Platform Package',
  'JUNOS common platform support',
  'JUNOS modules',
  'JUNOS daemons',
  'JUNOS Routing mpls-oam-basic',
  'JUNOS Services IPSec',
  'JUNOS Services NAT',
  'JUNOS Services RPM',
  'JUNOS Extension Toolkit',
  'JUNOS Phone-home',
  'JUNOS J-Insight',
  'JUNOS Online Documentation',
  'JUNOS jail runtime',
] as const;

export const junos: SimulatedPlatform = {
  commands: [
    { words: 'show version', help: 'Show software process revision levels', run: ({ device }) => version(device) },
    {
      words: 'set cli screen-length <number>',
      help: 'Set number of lines on screen',
      run: (session, lines) => ((session.screenLength = lines), { text: `Screen length set to ${lines}\n` }),
    },
    {
      words: 'set cli screen-width <number>',
      help: 'Set number of characters on a line',
      run: (session, columns) => ((session.screenWidth = columns), { text: `Screen width set to ${columns}\n` }),
    },
    {
      words: 'set cli complete-on-space off',
      help: 'Do not complete words at a blank',
      run: () => ({ text: 'Disabling complete-on-space\n' }),
    },
    {
      words: 'set cli complete-on-space on',
      help: 'Complete words at a blank',
      run: () => ({ text: 'Enabling complete-on-space\n' }),
    },
    { words: 'set cli timestamp', help: 'Print the time before each answer', run: () => SILENT },
    { words: 'exit', help: 'Exit the management session', run: () => ({ text: '\n', close: true }) },
    { words: 'quit', help: 'Exit the management session', run: () => ({ text: '\n', close: true }) },
  ],
  pipes: ['no-more', 'match', 'except'],
  pager: { more: MORE, erase: `\r${' '.repeat(40)}\r` },
  welcome: ({ device, now }) =>
    `Last login: ${unixTime(now())} from 127.0.0.1\n--- JUNOS ${device.version} Kernel 64-bit\n`,
  prompt: ({ device }) => `${isSwitch(device) ? '\n{master:0}\n' : '\n'}${device.user}@${device.hostname}> `,
  explain({ resolution, words, column }) {
    if (resolution.kind === 'ambiguous') {
      const choices = resolution.choices.map((choice) => `  ${choice}\n`).join('');
      return `'${words[resolution.at]}' is ambiguous.\nPossible completions:\n${choices}`;
    }
    const marker = `${' '.repeat(column)}^\n`;
    if (resolution.kind === 'unknown' && resolution.at === 0) return `${marker}unknown command.\n`;
    return `${marker}syntax error, expecting <command>.\n`;
  },
};

function isSwitch(device: SimulatedDevice): boolean {
  return /^(?:qfx|ex)/iu.test(device.model);
}

function version(device: SimulatedDevice): { text: string } {
  const lines = [
    `Hostname: ${device.hostname}`,
    `Model: ${device.model.toLowerCase()}`,
    `Junos: ${device.version}`,
    ...PACKAGES.map((name) => `${name} [20231122.174530_builder_junos_${device.version.slice(0, 4).replace('.', '')}]`),
  ];
  const member = isSwitch(device) ? ['fpc0:', '-'.repeat(74)] : [];
  return { text: `${[...member, ...lines].join('\n')}\n` };
}
