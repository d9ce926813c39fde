import { SILENT } from '../command.ts';
import type { SimulatedPlatform } from '../platform.ts';
import { unixTime } from '../uptime-text.ts';
import { junosFiles } from './junos-files.ts';
import { junosMachine } from './junos-machine.ts';
import { junosShow } from './junos-show.ts';
import { junosShowNetwork } from './junos-show-network.ts';
import { junosSoftware } from './junos-software.ts';
import { isJunosSwitch } from './junos-version.ts';
import { junosShowLog } from './show-log.ts';

const MORE = '---(more)---';
export const junos: SimulatedPlatform = {
  machine: junosMachine,
  commands: [
    ...junosShow,
    ...junosShowNetwork,
    ...junosFiles,
    ...junosSoftware,
    junosShowLog,
    {
      words: 'set cli screen-length <number>',
      help: 'Set number of lines on screen',
      run: (session, [lines]) => ((session.screenLength = Number(lines)), { text: `Screen length set to ${lines}\n` }),
    },
    {
      words: 'set cli screen-width <number>',
      help: 'Set number of characters on a line',
      run: (session, [columns]) => (
        (session.screenWidth = Number(columns)),
        { text: `Screen width set to ${columns}\n` }
      ),
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
  pipes: ['no-more', 'match', 'except', 'last'],
  pager: { more: MORE, erase: `\r${' '.repeat(40)}\r` },
  welcome: ({ machine }) =>
    `Last login: ${unixTime(machine.now())} from 127.0.0.1\n--- JUNOS ${machine.software.running} Kernel 64-bit\n`,
  prompt: ({ machine: { device } }) =>
    `${isJunosSwitch(device) ? '\n{master:0}\n' : '\n'}${device.user}@${device.hostname}> `,
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
