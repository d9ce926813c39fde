import { UserError } from '../config/user-error.ts';
import type { Actor } from '../model/operator.ts';
import { approveUpgrade, breakGlass, cancelUpgrade, rejectUpgrade } from '../upgrades/decide.ts';
import type { DecisionOutcome } from '../upgrades/run-decision.ts';
import type { DecisionServices } from '../upgrades/services.ts';
import { pauseUpgrade, resumeUpgrade, retryUpgrade, rollBackUpgrade } from '../upgrades/steer.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { findUpgradeOf } from './find-upgrade.ts';
import { actorIn } from './session.ts';
import { print, type Run } from './shell.ts';

type Decide = (services: DecisionServices, actor: Actor, id: string, reason: string) => Promise<DecisionOutcome>;

interface Decision {
  /** `approve` */
  readonly word: string;
  readonly purpose: string;
  readonly reason: 'needed' | 'optional' | 'none';
  readonly decide: Decide;
}

/** The same rules as on the screen: role, another operator than the requester, one of two that decide at once. */
function command({ word, purpose, reason: takes, decide }: Decision): Run {
  const name = `upgrades ${word}`;
  return async (argv, shell) => {
    const { flags, operands } = readCommandLine(argv, {
      name,
      operands: 'ID',
      count: [1, 1],
      purpose,
      flags: {
        ...(takes === 'none'
          ? {}
          : {
              reason: {
                type: 'string',
                placeholder: 'TEXT',
                help: `why, for the audit trail${takes === 'needed' ? '; needed' : ''}`,
              },
            }),
        json: { type: 'boolean', help: 'print the outcome as JSON' },
      },
      examples: [`${name} 42${takes === 'needed' ? ' --reason "why"' : ''}`],
    });
    const reason = 'reason' in flags && typeof flags.reason === 'string' ? flags.reason : '';
    if (takes === 'needed' && reason.trim() === '') {
      throw new UserError(`netup-tui ${name}: --reason TEXT is needed: say why.`, { exitCode: 2 });
    }
    const context = openContext(shell.env);
    try {
      refuseIfReadOnly(context, `${word} an upgrade`);
      const { session, membership, scope, upgrade } = await findUpgradeOf(context, operands[0] ?? '');
      const actor = actorIn(session, membership, 'operator', `${word} an upgrade`);
      const outcome = await decide({ scope, now: () => new Date() }, actor, upgrade.id, reason);
      print(shell.stdout, flags.json === true ? JSON.stringify(outcome) : sentence(outcome));
      return 0;
    } finally {
      await context.close();
    }
  };
}

const WORDS: Readonly<Record<DecisionOutcome['status'], string>> = {
  pending: 'is approved by you; somebody else has to approve it as well',
  approved: 'is approved',
  rejected: 'is rejected',
  cancelled: 'is cancelled',
  running: 'goes on',
  pausing: 'is paused before its next step',
  cancelling: 'is cancelled before its next step',
  rolling_back: 'is taken back before its next step',
};

function sentence({ upgradeId, hostname, status, repeated }: DecisionOutcome): string {
  return `Upgrade ${upgradeId} of ${hostname} ${WORDS[status]}${repeated ? ', as you said before' : ''}.`;
}

export const approve = command({
  word: 'approve',
  purpose: 'Approves a pending upgrade that somebody else requested; a worker then begins it when it is due.',
  reason: 'none',
  decide: approveUpgrade,
});
export const emergency = command({
  word: 'break-glass',
  purpose:
    'Approves a pending upgrade that somebody else requested in an emergency, as an admin: alone, without an end, and in a blackout too. ' +
    'It is marked as such in the audit trail.',
  reason: 'needed',
  decide: breakGlass,
});
export const reject = command({
  word: 'reject',
  purpose: 'Rejects a pending upgrade.',
  reason: 'needed',
  decide: rejectUpgrade,
});
export const cancel = command({
  word: 'cancel',
  purpose: 'Cancels an upgrade; one that runs before its next step, unless its device was told to go down.',
  reason: 'optional',
  decide: cancelUpgrade,
});
export const pause = command({
  word: 'pause',
  purpose: 'Pauses a running upgrade before its next step.',
  reason: 'none',
  decide: pauseUpgrade,
});
export const resume = command({
  word: 'resume',
  purpose: 'Lets a paused upgrade go on.',
  reason: 'none',
  decide: resumeUpgrade,
});
export const rollback = command({
  word: 'rollback',
  purpose:
    'Has the device of a running upgrade taken back to what it ran, by a reload: from when it was told to go down until the new version is kept for good.',
  reason: 'needed',
  decide: rollBackUpgrade,
});
export const retry = command({
  word: 'retry',
  purpose: 'Lets a failed upgrade go on from the step that failed.',
  reason: 'none',
  decide: retryUpgrade,
});
