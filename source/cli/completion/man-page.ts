import { kebab } from '../command-spec.ts';
import type { DescribedCommand } from './command-table.ts';

/** The manual page, in the language of man(7). */
export function manPage(commands: readonly DescribedCommand[], version: string): string {
  return [
    `.TH NETUP\\-TUI 1 "" "netup\\-tui ${escape(version)}" "User Commands"`,
    '.SH NAME',
    'netup\\-tui \\- a terminal console for firmware upgrades of large router fleets',
    '.SH SYNOPSIS',
    '.B netup\\-tui',
    '[\\fICOMMAND\\fR] [\\fIFLAGS\\fR]',
    '.SH DESCRIPTION',
    'Without a command the console opens. Where the databases are comes from environment variables, which README.md lists.',
    '.SH COMMANDS',
    ...commands.flatMap(({ words, spec }) => [
      '.SS',
      `.B ${escape(['netup-tui', words, spec.operands].filter(Boolean).join(' '))}`,
      '.PP',
      escape(spec.purpose),
      ...Object.entries(spec.flags).flatMap(([key, flag]) => {
        const value = flag.type === 'boolean' ? '' : ` \\fI${escape(flag.placeholder ?? 'VALUE')}\\fR`;
        return ['.TP', `\\fB\\-\\-${escape(kebab(key))}\\fR${value}`, escape(flag.help)];
      }),
      ...(spec.examples === undefined
        ? []
        : ['.PP', 'Examples:', ...spec.examples.flatMap((one) => ['.br', `\\fBnetup\\-tui ${escape(one)}\\fR`])]),
    ]),
    '.SH EXIT STATUS',
    '0 if all went well, 1 if not, 2 for a command line that makes no sense.',
    '',
  ].join('\n');
}

/** A dot or a quote at the start of a line would be a request; a dash would become a hyphen, which cannot be pasted. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/u, '\\&');
}
