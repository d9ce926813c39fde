import {
  canApprove,
  canCancel,
  canPause,
  canReject,
  canResume,
  canRetry,
  canRollBack,
  type Permission,
  type Who,
} from '../../../model/permissions.ts';
import type { Upgrade } from '../../../model/upgrade.ts';
import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { askApproval, askCancellation, askRejection } from './decision-dialogs.ts';
import { askPause, askResumption, askRetry, askRollback } from './steering-dialogs.ts';

/** Finds the upgrade that a screen's keys are about. */
export type FindUpgrade = (services: ConsoleServices) => Upgrade | undefined;

interface Decision {
  readonly verb: string;
  /** What the upgrade is afterwards: `approved`. */
  readonly done: string;
  readonly key: string;
  readonly description: string;
  readonly may: (who: Who, upgrade: Upgrade) => Permission;
  readonly ask: (services: ConsoleServices, upgrade: Upgrade) => void;
  /** Absent: whatever its status, so that the key says why not. */
  readonly when?: (upgrade: Upgrade) => boolean;
}

const DECISIONS: readonly Decision[] = [
  {
    verb: 'approve',
    done: 'approved',
    key: 'a',
    description: 'Approve it: asks for the host name',
    may: canApprove,
    ask: askApproval,
  },
  {
    verb: 'reject',
    done: 'rejected',
    key: 'r',
    description: 'Reject it, with a reason',
    may: canReject,
    ask: askRejection,
    when: ({ status, dryRun }) => status !== 'running' && (status !== 'success' || dryRun),
  },
  {
    verb: 'roll back',
    done: 'taken back',
    key: 'r',
    description: 'Take its device back to what it ran: asks for the host name',
    may: canRollBack,
    ask: askRollback,
    when: ({ status }) => status === 'running',
  },
  {
    verb: 'cancel',
    done: 'cancelled',
    key: 'x',
    description: 'Call it off; one that runs stops before its next step',
    may: canCancel,
    ask: askCancellation,
  },
  {
    verb: 'pause',
    done: 'paused',
    key: 'p',
    description: 'Stop it before its next step, until it is resumed',
    may: canPause,
    ask: askPause,
    when: ({ status }) => status !== 'paused',
  },
  {
    verb: 'resume',
    done: 'resumed',
    key: 'p',
    description: 'Let it go on from its next step',
    may: canResume,
    ask: askResumption,
    when: ({ status }) => status === 'paused',
  },
  {
    verb: 'retry',
    done: 'retried',
    key: 't',
    description: 'Go on from the step that failed: asks for the host name',
    may: canRetry,
    ask: askRetry,
  },
];

/** The decisions on an upgrade: the same keys wherever one is in sight. */
export function decisionCommands(prefix: string, scope: readonly string[], find: FindUpgrade): readonly Command[] {
  return DECISIONS.map(({ verb, done, key, description, may, ask, when }, index) => ({
    id: `${prefix}.${verb.replace(' ', '-')}`,
    title: verb,
    description,
    keys: [key],
    category: 'Upgrade',
    scope,
    hint: 2 + index,
    dangerous: true,
    when(services) {
      const upgrade = find(services);
      return upgrade !== undefined && (when?.(upgrade) ?? true);
    },
    disabledReason(services) {
      const upgrade = find(services);
      if (upgrade === undefined) return 'no upgrade is chosen';
      if (verb === 'pause' && upgrade.wanted === 'pause') return `Upgrade ${upgrade.id} pauses before its next step.`;
      if (verb === 'roll back' && upgrade.wanted === 'rollback')
        return `Upgrade ${upgrade.id} is taken back before its next step.`;
      const allowed = may({ operator: services.context.operator, role: services.membership().role }, upgrade);
      return allowed.allowed ? null : `Upgrade ${upgrade.id} cannot be ${done}: ${allowed.reason}.`;
    },
    run(services) {
      const upgrade = find(services);
      if (upgrade !== undefined) ask(services, upgrade);
    },
  }));
}
