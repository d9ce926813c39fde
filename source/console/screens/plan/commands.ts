import { canResumePlan, canStopPlan, type Permission, type Who } from '../../../model/permissions.ts';
import type { PlanState, UpgradePlan } from '../../../model/upgrade-plan.ts';
import type { Command } from '../../commands/command.ts';
import { listCommands } from '../../commands/list-commands.ts';
import { planSlice } from '../../loaders/plan.ts';
import type { ConsoleServices } from '../../services.ts';
import { planRoute } from '../routes.ts';
import { openUpgradeCommand } from '../upgrade/opening-commands.ts';
import { askToGoOn, askToStop, askWave, type PlanInSight } from './dialogs.ts';
import { currentUpgrade, planRows } from './selection.ts';
import { planListSlice, shownPlan } from './state.ts';

const scope = [planRoute.id];

interface Steering {
  readonly verb: string;
  readonly title: string;
  readonly key: string;
  readonly description: string;
  /** The beginning of a sentence on why not. */
  readonly refused: string;
  /** Shown only then; absent: always, so that the key says why not. */
  readonly states?: readonly PlanState[];
  readonly may: (who: Who, plan: UpgradePlan) => Permission;
  readonly ask: (services: ConsoleServices, shown: PlanInSight) => void;
}

const STEERING: readonly Steering[] = [
  {
    verb: 'approve-wave',
    title: 'approve next wave',
    key: 'a',
    description: 'Let the next wave begin, where each wants an approval',
    refused: 'The next wave cannot be approved',
    states: ['active', 'waiting', 'done'],
    may: canResumePlan,
    ask: askWave,
  },
  {
    verb: 'go-on',
    title: 'let it go on',
    key: 'a',
    description: 'Let a stopped plan go on, with what failed so far accepted',
    refused: 'The plan cannot be let go on',
    states: ['stopped'],
    may: canResumePlan,
    ask: askToGoOn,
  },
  {
    verb: 'stop',
    title: 'stop',
    key: 'x',
    description: 'What has not begun does not begin; asks for a reason',
    refused: 'The plan cannot be stopped',
    may: canStopPlan,
    ask: askToStop,
  },
];

function steeringCommand(
  { verb, title, key, description, refused, states, may, ask }: Steering,
  index: number,
): Command {
  return {
    id: `plan.${verb}`,
    title,
    description,
    keys: [key],
    category: 'Plan',
    scope,
    hint: 2 + index,
    dangerous: true,
    when(services) {
      const plan = shownPlan(services);
      return plan !== undefined && (states?.includes(plan.state) ?? true);
    },
    disabledReason(services) {
      const plan = shownPlan(services);
      if (plan === undefined) return 'the plan is not read yet';
      const allowed = may({ operator: services.context.operator, role: services.membership().role }, plan);
      return allowed.allowed ? null : `${refused}: ${allowed.reason}.`;
    },
    run(services) {
      const plan = shownPlan(services);
      if (plan !== undefined) ask(services, { plan, upgradeId: services.store.get(planSlice).upgradeId });
    },
  };
}

export const planCommands: readonly Command[] = [
  ...listCommands({
    prefix: 'plan',
    scope,
    read(services) {
      const { rows, list, height } = planRows(services);
      return { list, count: rows.length, height };
    },
    write: ({ store }, list) => store.set(planListSlice, list),
  }),
  openUpgradeCommand('plan', scope, currentUpgrade),
  ...STEERING.map(steeringCommand),
];
