import type { Decision, Gate, Verdict } from './gate.ts';
import { cpuGate, errorsGate, freshnessGate, memoryGate } from './health-gates.ts';
import type { HealthSummary } from './health.ts';
import { imageGate } from './image-gate.ts';
import type { FirmwareImage } from './image.ts';
import type { Policy } from './policy.ts';
import type { Router } from './router.ts';

export interface GateInput {
  /** The policy that applies to the router; null if none does. One that is switched off counts as none. */
  readonly policy: Policy | null;
  /** Health over `window`; null if the router sent nothing in it. */
  readonly health: HealthSummary | null;
  readonly router: Router;
  /** The image to go to; null while none is chosen. */
  readonly image: FirmwareImage | null;
  readonly window: { readonly start: Date; readonly end: Date };
  readonly now: Date;
}

/**
 * Judges whether a router may be upgraded now: every gate with what was found and what must hold, and the verdict. A figure
 * that is missing never passes; without a policy nothing that it decides passes.
 */
export function evaluateGates(input: GateInput): Decision {
  const { health, router, image, window, now } = input;
  const policy = input.policy?.isActive === true ? input.policy : null;
  const windowMs = window.end.getTime() - window.start.getTime();
  const gates = [
    cpuGate(policy, health, windowMs),
    memoryGate(policy, health, windowMs),
    errorsGate(policy, health, windowMs),
    freshnessGate(policy, health, windowMs, now),
    imageGate(router, image),
  ];
  return { verdict: verdictOf(gates), gates, evidence: window };
}

function verdictOf(gates: readonly Gate[]): Verdict {
  if (gates.some((gate) => gate.id === 'image' && gate.result === 'fail')) return 'reject';
  return gates.every((gate) => gate.result === 'pass') ? 'approve' : 'defer';
}
