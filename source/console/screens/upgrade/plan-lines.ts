import type { UpgradePlan } from '../../../model/upgrade-plan.ts';
import type { PlanPlace } from '../../../model/upgrade.ts';
import { countsOf, countWords, stateWords } from '../../format/plan-words.ts';
import { wrapLine } from '../../text/wrap.ts';
import type { LineParts } from './parts.ts';

/** The plan that the upgrade goes in: its own wave, how far the plan is, and what that waits for. */
export function planLines(
  place: PlanPlace | null,
  plan: UpgradePlan | null,
  { now, width }: { readonly now: number; readonly width: number },
): readonly LineParts[] {
  if (place === null || plan === null) return [];
  const { tone, text } = stateWords(plan, now);
  const own = `Wave ${place.wave} of ${place.waves} of a plan: ${countWords(countsOf(plan.counts))}.`;
  return [
    ...wrapLine(own, width).map((line): LineParts => [{ tone: 'muted', text: line }]),
    ...wrapLine(`Plan: ${text}.`, width).map((line): LineParts => [{ tone, text: line }]),
  ];
}
