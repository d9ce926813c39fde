import type { Actor } from '../model/operator.ts';
import { canPause, canResume, canRetry, canRollBack } from '../model/permissions.ts';
import { reopenGate, reopenSteps, resumeUpgradeRow, wantOfUpgrade, wantRollback } from '../postgres/upgrade-writes.ts';
import { checkReason } from './check-request.ts';
import { type DecisionOutcome, runDecision } from './run-decision.ts';
import type { DecisionServices } from './services.ts';

/**
 * Has the worker stop a running upgrade before its next step. Refused once its device may have been told to go down. Pausing twice changes nothing.
 *
 * All of these throw `UpgradeRefused` (nothing was written) or `DatabaseUnavailable` (try again).
 */
export function pauseUpgrade(services: DecisionServices, actor: Actor, upgradeId: string): Promise<DecisionOutcome> {
  return runDecision(services, actor, upgradeId, {
    action: 'upgrade.pause',
    done: 'paused',
    reason: null,
    permission: canPause,
    taken: ({ status, wanted }) => (status === 'running' && wanted === 'pause' ? 'pausing' : null),
    write: async (sql) => ((await wantOfUpgrade(sql, upgradeId, 'pause')) ? 'pausing' : null),
  });
}

/**
 * Has the worker take the device back, by the platform's own means, before its next step: for what no check finds. Refused before the device was told to go
 * down (cancel it then), and once the new software is being kept for good. Asking twice changes nothing.
 */
export async function rollBackUpgrade(
  services: DecisionServices,
  actor: Actor,
  upgradeId: string,
  reason: string,
): Promise<DecisionOutcome> {
  return runDecision(services, actor, upgradeId, {
    action: 'upgrade.roll_back',
    done: 'taken back',
    reason: checkReason(reason),
    permission: canRollBack,
    taken: ({ status, wanted }) => (status === 'running' && wanted === 'rollback' ? 'rolling_back' : null),
    write: async (sql) => ((await wantRollback(sql, upgradeId)) ? 'rolling_back' : null),
  });
}

/** Lets a paused upgrade go on from its next step, where its gates are judged anew. */
export function resumeUpgrade(services: DecisionServices, actor: Actor, upgradeId: string): Promise<DecisionOutcome> {
  return runDecision(services, actor, upgradeId, {
    action: 'upgrade.resume',
    done: 'resumed',
    reason: null,
    permission: canResume,
    taken: () => null,
    async write(sql) {
      if (!(await resumeUpgradeRow(sql, upgradeId, 'paused'))) return null;
      await reopenGate(sql, upgradeId);
      return 'running';
    },
  });
}

/**
 * Lets a failed upgrade go on from the step that failed. Refused if its device may have been told to go down: what it runs then is for people to
 * find out, and a new upgrade starts from there.
 */
export function retryUpgrade(services: DecisionServices, actor: Actor, upgradeId: string): Promise<DecisionOutcome> {
  return runDecision(services, actor, upgradeId, {
    action: 'upgrade.retry',
    done: 'retried',
    reason: null,
    permission: canRetry,
    taken: () => null,
    async write(sql) {
      if (!(await resumeUpgradeRow(sql, upgradeId, 'failed'))) return null;
      await reopenSteps(sql, upgradeId);
      await reopenGate(sql, upgradeId);
      return 'running';
    },
  });
}
