import type { PolicyCandidate } from '../../../model/policy.ts';
import type { Router } from '../../../model/router.ts';
import { cleanLine } from '../../../model/text.ts';
import { outageText } from '../../format/outage.ts';
import { flowParts } from '../../text/flow.ts';
import type { Part } from '../../text/parts.ts';
import { wrapLine } from '../../text/wrap.ts';
import { outcomeParts } from './columns.ts';
import type { Explained } from './state.ts';

type LineParts = readonly Part[];

const LEGEND =
  'An override counts first; then the highest priority; then the most specific (organization, model, vendor, site); then the newest; then the lowest number.';

/** The lines above the policies: the router, what applies to it, and how policies are ranked. */
export function headLines(explained: Explained, hostname: string, width: number, now: number): readonly LineParts[] {
  const { router, readAt, failed } = explained;
  // One cell is left free on each side.
  const room = width - 2;
  const outage: readonly LineParts[] = failed ? [[{ tone: 'bad', text: outageText(readAt, now) }]] : [];
  const legend = wrapLine(LEGEND, room).map((text): LineParts => [{ tone: 'muted', text }]);
  const facts = [
    [{ tone: 'title', text: hostname } as const],
    ...(router === null ? [] : routerFacts(router, explained)),
  ];
  return [...outage, ...flowParts(facts, room), ...legend];
}

function routerFacts({ vendor, model, site }: Router, { candidates }: Explained): readonly LineParts[] {
  const applied = candidates?.find(({ outcome }) => outcome === 'override' || outcome === 'wins');
  const word = (value: string | null): string => value ?? 'not known';
  return [
    [`vendor=${word(vendor)}  model=${word(model)}  site=${site ?? 'none'}`],
    applied === undefined
      ? [{ tone: 'warn', text: 'no policy applies, so it cannot be upgraded' }]
      : [...outcomeParts(applied.outcome), ` #${applied.policy.id} ${applied.policy.name}`],
  ];
}

/** The whole reason of a policy, which the table may cut, in at most `most` lines. */
export function reasonLines(candidate: PolicyCandidate | undefined, width: number, most: number): readonly string[] {
  if (candidate === undefined) return [];
  const text = `#${candidate.policy.id} ${candidate.policy.name}: ${candidate.reason}`;
  return wrapLine(cleanLine(text), width - 6)
    .slice(0, most)
    .map((line) => `   ${line}`);
}
