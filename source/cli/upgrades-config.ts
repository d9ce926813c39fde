import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { unifiedDiff } from '../model/unified-diff.ts';
import { type Moment, readConfigurations } from '../postgres/config-backups.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { openKeptTexts } from './open-kept-texts.ts';
import { print, type Run } from './shell.ts';

const MOMENTS = ['before', 'after', 'diff'] as const;

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'upgrades config',
    operands: 'ID',
    count: [1, 1],
    purpose:
      "Shows the device's configuration as it was kept before or after an upgrade, or what differs, with the secrets that we know the spelling of taken " +
      'out. Takes the role operator, and NETUP_KEY_FILE. Audited.',
    flags: {
      moment: {
        type: 'string',
        placeholder: 'MOMENT',
        default: 'before',
        help: 'before, after or diff (default before)',
      },
      reveal: { type: 'boolean', help: 'show the secrets too: for admins, and audited as such' },
    },
    examples: ['upgrades config 42', 'upgrades config 42 --moment diff'],
  });
  const moment = MOMENTS.find((known) => known === flags.moment);
  if (moment === undefined) {
    throw new UserError(
      `netup-tui upgrades config: --moment is one of ${MOMENTS.join(', ')}, not ${quoted(flags.moment, 40)}.`,
      {
        exitCode: 2,
      },
    );
  }
  const context = openContext(shell.env);
  try {
    const options = { act: "see a device's configuration", revealed: flags.reveal === true };
    const { scope, upgrade, keys, reading, shown } = await openKeptTexts(
      context,
      shell.env,
      operands[0] ?? '',
      options,
    );
    const texts = await readConfigurations(scope, keys, moment === 'diff' ? 'both' : moment, reading);
    const textOf = (wanted: Moment): string => {
      const found = texts.find(({ part }) => part === wanted);
      if (found !== undefined) return found.text;
      throw new UserError(`No configuration from ${wanted} upgrade ${upgrade.id} is kept.`);
    };
    if (moment !== 'diff') print(shell.stdout, shown(textOf(moment)));
    else {
      const lines = unifiedDiff(textOf('before'), textOf('after'), shown);
      print(shell.stdout, ...(lines.length === 0 ? ['The configuration is as it was.'] : lines));
    }
    return 0;
  } finally {
    await context.close();
  }
};
