import type { Upgrade } from '../../../model/upgrade.ts';
import { canApprove, canCancel, canReject, type Permission, type Who } from '../../../model/permissions.ts';
import type { Command } from '../../commands/command.ts';
import type { ConsoleServices } from '../../services.ts';
import { askApproval, askCancellation, askRejection } from './decision-dialogs.ts';

/** Finds the upgrade that a screen's keys are about. */
export type FindUpgrade = (services: ConsoleServices) => Upgrade | undefined;

/** Approve, reject and cancel: the same keys wherever an upgrade is in sight. */
export function decisionCommands(prefix: string, scope: readonly string[], find: FindUpgrade): readonly Command[] {
  const decision = (
    verb: string,
    key: string,
    description: string,
    hint: number,
    permission: (who: Who, upgrade: Upgrade) => Permission,
    ask: (services: ConsoleServices, upgrade: Upgrade) => void,
  ): Command => ({
    id: `${prefix}.${verb}`,
    title: verb,
    description,
    keys: [key],
    category: 'Upgrade',
    scope,
    hint,
    dangerous: true,
    when: (services) => find(services) !== undefined,
    disabledReason(services) {
      const upgrade = find(services);
      if (upgrade === undefined) return 'no upgrade is chosen';
      const allowed = permission({ operator: services.context.operator, role: services.membership().role }, upgrade);
      return allowed.allowed ? null : `Upgrade ${upgrade.id} cannot be ${PAST[verb] ?? verb}: ${allowed.reason}.`;
    },
    run(services) {
      const upgrade = find(services);
      if (upgrade !== undefined) ask(services, upgrade);
    },
  });
  return [
    decision('approve', 'a', 'Approve it: asks for the host name', 2, canApprove, askApproval),
    decision('reject', 'r', 'Reject it, with a reason', 3, canReject, askRejection),
    decision('cancel', 'x', 'Cancel it before it begins', 4, canCancel, askCancellation),
  ];
}

const PAST: Readonly<Record<string, string>> = { approve: 'approved', reject: 'rejected', cancel: 'cancelled' };
