import { SILENT } from '../command.ts';
import type { SimulatedPlatform } from '../platform.ts';
import { iosClock, iosXeVersion } from './ios-xe-version.ts';

const MORE = ' --More-- ';

export const iosXe: SimulatedPlatform = {
  commands: [
    {
      words: 'show version',
      help: 'System hardware and software status',
      run: ({ device, now }) => ({ text: iosXeVersion(device, now()) }),
    },
    { words: 'show clock', help: 'Display the system clock', run: ({ now }) => ({ text: iosClock(now()) }) },
    {
      words: 'terminal length <number>',
      help: 'Set number of lines on a screen',
      run: (session, lines) => ((session.screenLength = lines), SILENT),
    },
    {
      words: 'terminal width <number>',
      help: 'Set width of the display terminal',
      run: (session, columns) => ((session.screenWidth = columns), SILENT),
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
  prompt: ({ device, privileged }) => `${device.hostname.slice(0, 63)}${privileged ? '#' : '>'}`,
  explain({ resolution, words, column }) {
    if (resolution.kind === 'ambiguous') return `% Ambiguous command:  "${words.join(' ')}"\n`;
    if (resolution.kind === 'incomplete') return '% Incomplete command.\n\n';
    if (resolution.at > 0) return `${' '.repeat(column)}^\n% Invalid input detected at '^' marker.\n\n`;
    return '% Unknown command or computer name, or unable to find computer address\n';
  },
};
