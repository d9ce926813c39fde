import { SILENT } from '../command.ts';
import type { SimulatedPlatform } from '../platform.ts';
import { iosXeConfigurationCommands } from './ios-xe-configuration-commands.ts';
import { iosXeFiles } from './ios-xe-files.ts';
import { iosXeInstall } from './ios-xe-install.ts';
import { iosXeMachine } from './ios-xe-machine.ts';
import { iosXeShowNetwork } from './ios-xe-show-network.ts';
import { iosXeShowSoftware } from './ios-xe-show-software.ts';
import { iosXeShowLog } from './show-log.ts';

const MORE = ' --More-- ';

export const iosXe: SimulatedPlatform = {
  machine: iosXeMachine,
  commands: [
    ...iosXeShowSoftware,
    ...iosXeShowNetwork,
    ...iosXeConfigurationCommands,
    ...iosXeFiles,
    ...iosXeInstall,
    iosXeShowLog,
    {
      words: 'terminal length <number>',
      help: 'Set number of lines on a screen',
      run: (session, [lines]) => ((session.screenLength = Number(lines)), SILENT),
    },
    {
      words: 'terminal width <number>',
      help: 'Set width of the display terminal',
      run: (session, [columns]) => ((session.screenWidth = Number(columns)), SILENT),
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
    { words: 'exit', help: 'Exit from the EXEC', run: () => ({ text: '', close: true }) },
    { words: 'logout', help: 'Exit from the EXEC', run: () => ({ text: '', close: true }) },
    { words: 'quit', help: 'Exit from the EXEC', run: () => ({ text: '', close: true }) },
  ],
  pipes: ['include', 'exclude'],
  pager: { more: MORE, erase: '\b'.repeat(MORE.length) + ' '.repeat(MORE.length) + '\b'.repeat(MORE.length) },
  welcome: () => '\n',
  prompt: ({ machine: { device }, privileged }) => `${device.hostname.slice(0, 63)}${privileged ? '#' : '>'}`,
  explain({ resolution, words, column }) {
    if (resolution.kind === 'ambiguous') return `% Ambiguous command:  "${words.join(' ')}"\n`;
    if (resolution.kind === 'incomplete') return '% Incomplete command.\n\n';
    if (resolution.at > 0) return `${' '.repeat(column)}^\n% Invalid input detected at '^' marker.\n\n`;
    return '% Unknown command or computer name, or unable to find computer address\n';
  },
};
