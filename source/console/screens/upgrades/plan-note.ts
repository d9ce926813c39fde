import type { Upgrade } from '../../../model/upgrade.ts';
import type { PlanState, UpgradePlan } from '../../../model/upgrade-plan.ts';
import { countsOf, countWords, stateWords } from '../../format/plan-words.ts';
import { plural } from '../../format/numbers.ts';
import type { Part } from '../../text/parts.ts';

/** The line on plans: on the one that the chosen upgrade goes in, or else on all of them. */
export function planNote(
  plans: ReadonlyMap<string, UpgradePlan>,
  chosen: Upgrade | undefined,
  now: number,
): readonly Part[] {
  const plan = chosen === undefined || chosen.plan === null ? undefined : plans.get(chosen.batchId);
  if (plan !== undefined && chosen !== undefined) {
    const { tone, text } = stateWords(plan, now);
    const counts = `   ${countWords(countsOf(plan.counts))}`;
    return [' ', { tone: 'muted', text: `Plan of ${chosen.id}: ` }, { tone, text }, { tone: 'muted', text: counts }];
  }
  const inState = (state: PlanState): number => [...plans.values()].filter((one) => one.state === state).length;
  const [stopped, waiting] = [inState('stopped'), inState('waiting')];
  return [
    ' ',
    { tone: 'muted', text: `${plural(plans.size, 'plan')} with waves` },
    ...(stopped === 0 ? [] : [{ tone: 'bad', text: `   ✖ ${stopped} stopped` } as const]),
    ...(waiting === 0 ? [] : [{ tone: 'warn', text: `   ◌ ${waiting} for somebody to approve a wave` } as const]),
  ];
}
