import type { RouterDecision } from '../../../agent/decide.ts';
import { failingGates, GATE_IDS, type Verdict } from '../../../model/gate.ts';
import { whyNotByGate } from '../../../model/why-not.ts';

/** A line of the summary, with the routers that it is about. */
export interface SummaryLine {
  readonly id: string;
  readonly title: string;
  /** Of the first three lines. */
  readonly verdict: Verdict | null;
  readonly routerIds: ReadonlySet<string>;
  /** By a gate: those that fail, and those that are not known. */
  readonly failed: number | null;
  readonly unknown: number | null;
}

const VERDICTS: readonly Verdict[] = ['approve', 'defer', 'reject'];

/** How many of each verdict; then which gates stand in the way, those of the most routers first; then what a model objects to. */
export function summarize(decisions: readonly RouterDecision[]): readonly SummaryLine[] {
  const byGate = new Map(GATE_IDS.map((id) => [id, new Set<string>()]));
  const objected = new Set<string>();
  for (const { routerId, gates, advice } of decisions) {
    for (const { id } of failingGates(gates)) byGate.get(id)?.add(routerId);
    if (advice?.verdict === 'defer') objected.add(routerId);
  }
  return [
    ...VERDICTS.map((verdict): SummaryLine => {
      const own = decisions.filter((decision) => decision.verdict === verdict).map(({ routerId }) => routerId);
      return { id: verdict, title: verdict, verdict, routerIds: new Set(own), failed: null, unknown: null };
    }),
    ...whyNotByGate(decisions).map(({ gate, title, failed, unknown }): SummaryLine => ({
      id: gate,
      title,
      verdict: null,
      routerIds: byGate.get(gate) ?? new Set(),
      failed,
      unknown,
    })),
    ...(objected.size === 0
      ? []
      : [{ id: 'model', title: 'the model objects', verdict: null, routerIds: objected, failed: null, unknown: null }]),
  ];
}
