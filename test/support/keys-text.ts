import { createApplication } from '../../source/console/application.ts';
import type { Command } from '../../source/console/commands/command.ts';
import { keyLabel } from '../../source/console/keys/key-label.ts';
import { consoleParts } from '../../source/console/screens/registry.ts';
import { mouseWord } from '../../source/console/mouse/mouse-word.ts';
import { screenReaderWord } from '../../source/console/speech/screen-reader-word.ts';
import { tourWord } from '../../source/console/tour/tour-word.ts';
import { themeWord } from '../../source/console/theme/theme-word.ts';

const INTRODUCTION = `# Keys

Made from the commands of the console by \`npm run keys\`. \`?\` shows those of the screen that you are on, and why one does not work now.

A key can be changed in \`preferences.json\` (in \`~/.config/netup-tui\`, or \`$NETUP_STATE_DIR/config\`), by the name in the last column; what is saved there counts at once:

\`\`\`json
{ "keys": { "fleet.mark": ["m"], "fleet.upgrade": ["ctrl+k"] } }
\`\`\`

A key that another command of the screen has is not taken away from it: the console says so, and the default stays.`;

/** docs/keys.md, from the commands themselves. */
export function keysText(): string {
  const { registry, words = [] } = createApplication(consoleParts);
  const screens = consoleParts.screens.map(({ routeId }) => routeId);
  const everywhere = registry.all.filter(({ scope }) => scope === 'global');
  return [
    INTRODUCTION,
    '## Everywhere',
    commandTable(everywhere),
    ...screens.flatMap((screen) => [
      `## ${screen}`,
      commandTable(registry.all.filter(({ scope }) => scope !== 'global' && scope.includes(screen))),
    ]),
    '## On the command line',
    table(
      ['written', 'what it does'],
      [...words, themeWord, mouseWord, screenReaderWord, tourWord].map(({ name, operands, purpose }) => [
        `\`${`:${name} ${operands}`.trimEnd()}\``,
        purpose,
      ]),
    ),
  ].join('\n\n');
}

function commandTable(commands: readonly Command[]): string {
  return table(
    ['keys', 'what it does', 'needs', 'name'],
    commands.map(({ id, keys, title, description, requiredRole, dangerous }) => [
      keys.map((key) => `\`${keyLabel(key)}\``).join(' '),
      description ?? title,
      [requiredRole ?? '', dangerous === true ? 'not read-only' : ''].filter((part) => part !== '').join(', '),
      `\`${id}\``,
    ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row))].join('\n');
}
