import type { PlanRules } from './upgrade-plan.ts';

type PlanNumber = Exclude<keyof PlanRules, 'approveWaves'>;

/** What the numbers of a plan are where nobody says otherwise, and from where to where they go. */
export const PLAN_NUMBERS = {
  pauseMinutes: { usual: 30, least: 0, most: 10_080 },
  successRate: { usual: 100, least: 0, most: 100 },
  stopAfter: { usual: 1, least: 1, most: 1000 },
} as const satisfies Record<PlanNumber, { usual: number; least: number; most: number }>;

/** What a list of waves has to look like. */
export const WAVES_FORM = 'a list of sizes or percentages, such as 1,10%,50%,100%';

/** What is wrong with a number of a plan, as the end of a sentence that names it; null if it may be so. */
export function whyNoPlanNumber(name: PlanNumber, value: number): string | null {
  const { least, most } = PLAN_NUMBERS[name];
  if (Number.isInteger(value) && value >= least && value <= most) return null;
  return `must be a whole number from ${least} to ${most}`;
}
