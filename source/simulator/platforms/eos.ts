import { SILENT } from '../command.ts';
import type { SimulatedPlatform } from '../platform.ts';
import { unixTime } from '../uptime-text.ts';
import { eosFiles } from './eos-files.ts';
import { eosMachine } from './eos-machine.ts';
import { eosReload } from './eos-reload.ts';
import { eosShow } from './eos-show.ts';
import { eosShowLog } from './show-log.ts';

const MORE = '\u001b[7m--More--\u001b[m';

export const eos: SimulatedPlatform = {
  machine: eosMachine,
  commands: [
    ...eosShow,
    ...eosFiles,
    ...eosReload,
    eosShowLog,
    {
      words: 'terminal length <number>',
      help: 'Number of lines on a screen',
      run: (session, [count]) => {
        const lines = Number(count);
        session.screenLength = lines;
        return { text: lines === 0 ? 'Pagination disabled.\n' : `Pagination set to ${lines} lines.\n` };
      },
    },
    {
      words: 'terminal width <number>',
      help: 'Width of the terminal',
      run: (session, [columns]) => (
        (session.screenWidth = Number(columns)),
        { text: `Width set to ${columns} columns.\n` }
      ),
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
  welcome: ({ machine }) => `Last login: ${unixTime(machine.now())} from 127.0.0.1\n`,
  prompt: ({ machine: { device }, privileged }) => `${device.hostname}${privileged ? '#' : '>'}`,
  explain({ resolution, words }) {
    if (resolution.kind === 'incomplete') return '% Incomplete command\n';
    const at = `(at token ${resolution.at}: '${words[resolution.at]}')`;
    return resolution.kind === 'ambiguous' ? `% Ambiguous command ${at}\n` : `% Invalid input ${at}\n`;
  },
};
