import type { SeenPlan } from '../../loaders/plan.ts';
import { outageText } from '../../format/outage.ts';
import { countsOf, countWords, ruleWords, stateWords } from '../../format/plan-words.ts';
import type { Part } from '../../text/parts.ts';
import { wrapLine } from '../../text/wrap.ts';
import { waveLines } from './wave-lines.ts';

/** What the plan is at, how far it is, by which rules, and its waves. */
export function headLines(
  { plan, readAt, failed }: SeenPlan,
  { now, width }: { readonly now: number; readonly width: number },
): readonly (readonly Part[])[] {
  const outage: readonly (readonly Part[])[] = failed ? [[{ tone: 'bad', text: outageText(readAt, now) }]] : [];
  if (plan === null) return outage;
  const { tone, text } = stateWords(plan, now);
  return [
    ...outage,
    ...wrapLine(text, width).map((line): readonly Part[] => [{ tone, text: line }]),
    [countWords(countsOf(plan.counts))],
    ...wrapLine(ruleWords(plan), width).map((line): readonly Part[] => [{ tone: 'muted', text: line }]),
    [],
    ...waveLines(plan),
    [],
  ];
}
