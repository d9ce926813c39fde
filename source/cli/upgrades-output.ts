import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { type StepName, UPGRADE_STEPS } from '../model/upgrade.ts';
import { readOutput } from '../postgres/upgrade-output.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { openKeptTexts } from './open-kept-texts.ts';
import { print, type Run } from './shell.ts';

const STEPS: readonly StepName[] = [...UPGRADE_STEPS, 'rollback'];

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'upgrades output',
    operands: 'ID STEP',
    count: [2, 2],
    purpose:
      'Shows what the device printed during a step of an upgrade, the last 64 KB of each attempt, with the secrets that we know the spelling of taken ' +
      'out. Takes the role operator, and NETUP_KEY_FILE. Audited.',
    flags: { reveal: { type: 'boolean', help: 'show the secrets too: for admins, and audited as such' } },
    examples: ['upgrades output 42 stage_image'],
  });
  const [id = '', name = ''] = operands;
  const step = STEPS.find((known) => known === name);
  if (step === undefined) {
    throw new UserError(
      `netup-tui upgrades output: ${quoted(name, 40)} is no step; it is one of ${STEPS.join(', ')}.`,
      {
        exitCode: 2,
      },
    );
  }
  const context = openContext(shell.env);
  try {
    const options = { act: 'see what a device printed', revealed: flags.reveal === true };
    const { scope, upgrade, keys, reading, shown } = await openKeptTexts(context, shell.env, id, options);
    const texts = await readOutput(scope, keys, step, reading);
    if (texts.length === 0)
      throw new UserError(`Nothing is kept of what the device printed in ${step} of upgrade ${upgrade.id}.`);
    for (const { part, takenAt, text } of texts) {
      if (texts.length > 1)
        print(shell.stdout, `--- ${part.replace(' ', ', attempt ')}, until ${takenAt.toISOString()}`);
      print(shell.stdout, shown(text));
    }
    return 0;
  } finally {
    await context.close();
  }
};
