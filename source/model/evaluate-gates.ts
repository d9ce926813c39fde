import type { Blackout } from './blackout.ts';
import { failuresGate, FAILURES_MS, type PastFailure } from './gate-failures.ts';
import { runningGate, statusGate } from './gate-inventory.ts';
import { blackoutGate, type Moment, windowGate } from './gate-moment.ts';
import { type Peer, peerGate } from './gate-peer.ts';
import { type Decision, type Gate, type GateId, type GateSpan, verdictOf } from './gate.ts';
import { coverageGate, cpuGate, errorsGate, freshnessGate, memoryGate } from './health-gates.ts';
import type { HealthSummary } from './health.ts';
import { imageGate } from './image-gate.ts';
import type { FirmwareImage } from './image.ts';
import type { Policy } from './policy.ts';
import type { ResolvedSchedule } from './resolve-schedule.ts';
import type { Router } from './router.ts';

export interface GateInput {
  /** The policy that applies to the router; null if none does. One that is switched off counts as none. */
  readonly policy: Policy | null;
  /** Health over `window`; null if the router sent nothing in it. */
  readonly health: HealthSummary | null;
  /** How many of the window's `COVERAGE_STEPS` steps have readings; null if the router sent nothing in it. */
  readonly coveredSteps: number | null;
  readonly router: Router;
  /** The image to go to; null while none is chosen. */
  readonly image: FirmwareImage | null;
  /** The other routers of its redundancy group. */
  readonly peers: readonly Peer[];
  readonly failures: readonly PastFailure[];
  readonly blackouts: readonly Blackout[];
  /** The start that it is judged for; null while none is chosen: then what belongs to the start is not judged at all. */
  readonly start: ResolvedSchedule | null;
  /** The upgrade that is judged, if there is one already. */
  readonly ownUpgrade: string | null;
  /**
   * A person asks: may choose a start outside the window, ask again after a failure, and wait for a peer. All three are said in the gates,
   * for whoever approves. Nobody else may.
   */
  readonly byPerson: boolean;
  readonly despiteBlackout: boolean;
  /** Somebody asked to go back to an older version. */
  readonly downgrade: boolean;
  readonly window: { readonly start: Date; readonly end: Date };
  readonly now: Date;
}

/**
 * Judges whether a router may be upgraded: every gate with what was found, what must hold and when it was so, and the verdict. A figure
 * that is missing never passes; without a policy nothing that it decides passes.
 */
export function evaluateGates(input: GateInput): Decision {
  const { health, router, image, peers, failures, blackouts, start, byPerson, despiteBlackout, window, now } = input;
  const policy = input.policy?.isActive === true ? input.policy : null;
  const windowMs = window.end.getTime() - window.start.getTime();
  const moment: Moment | null = start === null ? null : { start, now, byPerson, despiteBlackout };
  const gates = [
    cpuGate(policy, health, windowMs),
    memoryGate(policy, health, windowMs),
    errorsGate(policy, health, windowMs),
    freshnessGate(policy, health, windowMs, now),
    coverageGate(policy, health, input.coveredSteps, windowMs),
    imageGate(router, image, input.downgrade),
    statusGate(router),
    peerGate(policy, peers, now, byPerson),
    failuresGate(failures, now, byPerson),
    runningGate(router, input.ownUpgrade),
    ...(moment === null ? [] : [windowGate(policy, moment), blackoutGate(blackouts, router.site, moment)]),
  ];
  return { verdict: verdictOf(gates), gates: gates.map((gate) => withSpan(gate, input)), evidence: window };
}

const OVER_THE_WINDOW: readonly GateId[] = ['cpu', 'memory', 'errors', 'freshness', 'coverage', 'peer'];

function withSpan(gate: Gate, input: GateInput): Gate {
  return { ...gate, span: spanOf(gate.id, input) };
}

function spanOf(id: GateId, { window, now, start }: GateInput): GateSpan {
  if (OVER_THE_WINDOW.includes(id)) return span(window.start, window.end);
  if (id === 'failures') return span(new Date(now.getTime() - FAILURES_MS), now);
  const schedule = start?.ok === true && (id === 'window' || id === 'blackout') ? start.schedule : null;
  if (schedule?.kind === 'at') return span(schedule.at, schedule.at);
  if (schedule?.kind === 'window') return span(schedule.opensAt, schedule.closesAt);
  return span(now, now);
}

function span(start: Date, end: Date): GateSpan {
  return { start: start.toISOString(), end: end.toISOString() };
}
