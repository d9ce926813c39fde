import type { PolicyCandidate } from '../../../model/policy.ts';
import type { Column } from '../../components/columns.ts';
import type { Part } from '../../text/parts.ts';
import type { Tone } from '../../theme/tones.ts';

type Outcome = PolicyCandidate['outcome'];

const OUTCOMES: Readonly<Record<Outcome, readonly [text: string, tone: Tone]>> = {
  override: ['★ override', 'good'],
  wins: ['✔ wins', 'good'],
  outranked: ['· outranked', 'muted'],
  mismatch: ['✖ mismatch', 'muted'],
  inactive: ['– inactive', 'disabled'],
};

export const candidateColumns: readonly Column<PolicyCandidate>[] = [
  { id: 'outcome', title: 'OUTCOME', width: 11, priority: 0, cell: ({ outcome }) => outcomeParts(outcome) },
  { id: 'policy', title: 'POLICY', width: 22, grow: 1, maxWidth: 36, priority: 0, cell: nameParts },
  { id: 'scope', title: 'SCOPE', width: 6, priority: 2, cell: ({ policy }) => (policy.shared ? 'shared' : 'own') },
  {
    id: 'priority',
    title: 'PRIO',
    width: 4,
    align: 'right',
    priority: 1,
    cell: ({ policy }) => String(policy.priority),
  },
  {
    id: 'why',
    title: 'WHY',
    width: 24,
    grow: 4,
    priority: 0,
    cell: ({ outcome, reason }) => [{ tone: toneOf(outcome), text: reason }],
  },
];

/** A glyph and a word. */
export function outcomeParts(outcome: Outcome): readonly Part[] {
  const [text, tone] = OUTCOMES[outcome];
  return [{ tone, text }];
}

function nameParts({ policy, outcome }: PolicyCandidate): readonly Part[] {
  const tone = outcome === 'override' || outcome === 'wins' ? 'title' : 'text';
  return [{ tone, text: `#${policy.id} ${policy.name}` }];
}

function toneOf(outcome: Outcome): Tone {
  return outcome === 'override' || outcome === 'wins' ? 'title' : 'muted';
}
