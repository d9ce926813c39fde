import type { RouterDecision } from '../agent/decide.ts';
import { failingGates } from '../model/gate.ts';
import { cleanLine } from '../model/text.ts';
import { whyNotByGate } from '../model/why-not.ts';
import { textTable } from './text-table.ts';

const WORDS = { pass: 'pass', fail: 'FAIL', unknown: 'not known' } as const;

/** One decision as JSON. Texts in it are clean. */
export function decisionJson(decision: RouterDecision, id: string | null): Readonly<Record<string, unknown>> {
  const { router, image, verdict, gates, policy, evidence, advice } = decision;
  return {
    id,
    router: router.id,
    hostname: router.hostname,
    from: router.runningVersion,
    to: image?.version ?? null,
    image: image?.fileName ?? null,
    verdict,
    policy,
    evidence,
    gates,
    advisor: advice,
  };
}

/** One router in full: each gate with what was found, what must hold, and what to do. */
export function describeOne(decision: RouterDecision): readonly string[] {
  const { router, image, verdict, gates } = decision;
  const to = image === null ? 'no image' : image.version;
  return [
    ...textTable([[`${router.hostname}: ${router.runningVersion} to ${to}: ${verdict.toUpperCase()}`]]),
    '',
    ...textTable([
      ['GATE', 'RESULT', 'FOUND', 'MUST BE', 'WHAT TO DO'],
      ...gates.map((gate) => [gate.title, WORDS[gate.result], gate.actual, gate.expected, gate.advice]),
    ]),
    ...adviceLines(decision),
  ];
}

/** Many routers: a line each, then which gates stand in the way of how many. */
export function describeMany(decisions: readonly RouterDecision[]): readonly string[] {
  const count = (verdict: RouterDecision['verdict']): number =>
    decisions.filter((decision) => decision.verdict === verdict).length;
  const reasons = whyNotByGate(decisions);
  return [
    ...textTable([
      ['ROUTER', 'RUNS', 'TO', 'VERDICT', 'WHY NOT'],
      ...decisions.map((decision) => [
        decision.router.hostname,
        decision.router.runningVersion,
        decision.image?.version ?? '-',
        decision.verdict,
        whyNot(decision),
      ]),
    ]),
    '',
    `${decisions.length} routers: ${count('approve')} approve, ${count('defer')} defer, ${count('reject')} reject.`,
    ...(reasons.length === 0
      ? []
      : [
          '',
          ...textTable([
            ['WHY NOT, BY GATE', 'FAIL', 'NOT KNOWN'],
            ...reasons.map(({ title, failed, unknown }) => [title, String(failed), String(unknown)]),
          ]),
        ]),
  ];
}

function whyNot({ gates, advice }: RouterDecision): string {
  const failing = failingGates(gates).map(({ id, actual }) => `${id}: ${actual}`);
  if (failing.length > 0) return failing.join('; ');
  return advice?.verdict === 'defer' ? `advisor: ${advice.reasons.join(' ')}` : '';
}

function adviceLines({ advice }: RouterDecision): readonly string[] {
  if (advice === null) return [];
  const said = advice.fallback === null ? `says ${advice.verdict ?? ''}` : `was not heard: ${advice.fallback}`;
  return [
    '',
    cleanLine(`The model ${advice.model} ${said}`),
    ...advice.reasons.map((reason) => `  ${cleanLine(reason)}`),
  ];
}
