import type { UpgradePlan } from '../../../model/upgrade-plan.ts';
import { resumePlan, stopPlan } from '../../../upgrades/plans/steer-plan.ts';
import { countsOf, countWords, stateWords } from '../../format/plan-words.ts';
import type { ConsoleServices } from '../../services.ts';
import type { DialogLine } from '../../state/dialogs.ts';
import { decisionServices } from '../upgrade/decision-parts.ts';

/** A plan, and an upgrade of it, which is what services know it by. */
export interface PlanInSight {
  readonly plan: UpgradePlan;
  readonly upgradeId: string;
}

/** The next wave of a plan that waits for it. */
export function askWave(services: ConsoleServices, { plan, upgradeId }: PlanInSight): void {
  const next = plan.openWave + 1;
  const waiting = countsOf(plan.counts.filter(({ wave }) => wave === next)).waiting;
  services.dialogs.open({
    title: `Approve wave ${next} of ${plan.waves}`,
    tone: 'warn',
    lines: [
      ...summary(services, plan),
      '',
      `A worker opens the wave within seconds. ${waiting === 1 ? '1 upgrade' : `${waiting} upgrades`} of it may begin then, each as soon as it is approved itself and due.`,
    ],
    input: { label: 'reason (may be empty)' },
    confirm: {
      title: 'approve the wave',
      async run({ text }) {
        await resumePlan(decisionServices(services), services.actor(), upgradeId, text);
        services.notify('good', `Wave ${next} is approved: a worker opens it.`);
      },
    },
  });
}

/** Lets a stopped plan go on. */
export function askToGoOn(services: ConsoleServices, { plan, upgradeId }: PlanInSight): void {
  services.dialogs.open({
    title: 'Let the plan go on',
    tone: 'warn',
    lines: [
      ...summary(services, plan),
      '',
      'What failed so far is accepted: only further failures stop it again. Upgrades of open waves that were not begun may begin at once.',
    ],
    input: { label: 'reason (may be empty)' },
    confirm: {
      title: 'let it go on',
      async run({ text }) {
        await resumePlan(decisionServices(services), services.actor(), upgradeId, text);
        services.notify('good', 'The plan goes on.');
      },
    },
  });
}

export function askToStop(services: ConsoleServices, { plan, upgradeId }: PlanInSight): void {
  services.dialogs.open({
    title: 'Stop the plan',
    tone: 'warn',
    lines: [
      ...summary(services, plan),
      '',
      'What has not begun does not begin, until an approver lets it go on. What runs is finished: pause or cancel it one by one.',
    ],
    input: { label: 'reason' },
    confirm: {
      title: 'stop the plan',
      disabledReason: ({ text }) => (text.trim() === '' ? 'Stopping a plan needs a reason.' : null),
      async run({ text }) {
        await stopPlan(decisionServices(services), services.actor(), upgradeId, text);
        services.notify('good', 'The plan is stopped: what has not begun does not begin.');
      },
    },
  });
}

function summary({ context }: ConsoleServices, plan: UpgradePlan): readonly DialogLine[] {
  const { text } = stateWords(plan, context.now().getTime());
  return [`${text}.`, `${countWords(countsOf(plan.counts))}.`];
}
