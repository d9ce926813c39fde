import type { Decision, Gate, GateId } from './gate.ts';
import { GATE_IDS } from './gate.ts';

/** How often one gate stands in the way of routers. */
export interface WhyNot {
  readonly gate: GateId;
  readonly title: string;
  readonly failed: number;
  readonly unknown: number;
}

/** Which gates stand in the way of how many routers, those of the most first. Gates that all pass are left out. */
export function whyNotByGate(decisions: readonly Pick<Decision, 'gates'>[]): readonly WhyNot[] {
  const found = new Map<GateId, WhyNot>();
  for (const { gates } of decisions) for (const gate of gates) count(found, gate);
  const stops = ({ failed, unknown }: WhyNot): number => failed + unknown;
  return [...found.values()]
    .filter((each) => stops(each) > 0)
    .toSorted((a, b) => stops(b) - stops(a) || GATE_IDS.indexOf(a.gate) - GATE_IDS.indexOf(b.gate));
}

function count(found: Map<GateId, WhyNot>, { id, title, result }: Gate): void {
  const known = found.get(id) ?? { gate: id, title, failed: 0, unknown: 0 };
  found.set(id, {
    ...known,
    failed: known.failed + (result === 'fail' ? 1 : 0),
    unknown: known.unknown + (result === 'unknown' ? 1 : 0),
  });
}
