import { cpuResult, errorsResult, EVIDENCE_WINDOW_MS, freshnessOf, memoryResult } from './gate-rules.ts';
import type { Gate } from './gate.ts';
import type { HealthSummary } from './health.ts';
import type { Policy } from './policy.ts';
import type { Router } from './router.ts';
import { cleanLine } from './text.ts';

/** Another router of the redundancy group, which carries the traffic meanwhile. */
export interface Peer {
  readonly router: Pick<Router, 'hostname' | 'status' | 'openUpgrade'>;
  /** Its own policy; null if none applies: then it is held to that of the router it stands in for. */
  readonly policy: Policy | null;
  /** Over the same window; null if it sent nothing. */
  readonly health: HealthSummary | null;
}

interface Finding {
  readonly actual: string;
  readonly result: 'fail' | 'unknown';
  readonly advice: string;
}

/**
 * The gate of the redundancy group: every other router of it is in service, not being upgraded, sends data, and is within its limits. With
 * `waits` one that is being upgraded is passed, for then the upgrade that is asked for waits its turn.
 */
export function peerGate(policy: Policy | null, peers: readonly Peer[], now: Date, waits: boolean): Gate {
  const base = { id: 'peer', title: 'Redundancy peers', expected: 'healthy, not busy' } as const;
  if (peers.length === 0) {
    return { ...base, expected: 'healthy, if any', actual: 'none on record', result: 'pass', advice: '' };
  }
  const findings = peers.flatMap((peer) => judgePeer(policy, peer, now, waits) ?? []);
  const worst = findings.find(({ result }) => result === 'fail') ?? findings[0];
  if (worst !== undefined) return { ...base, ...worst };
  const names = peers.slice(0, 3).map(({ router }) => cleanLine(router.hostname));
  const more = peers.length > names.length ? ` and ${peers.length - names.length} more` : '';
  const busy = peers.some((peer) => isBusy(peer)) ? '; it waits its turn' : '';
  return { ...base, actual: `${names.join(', ')}${more}${busy}`, result: 'pass', advice: '' };
}

function isBusy({ router: { openUpgrade } }: Peer): boolean {
  return openUpgrade?.status === 'running' || openUpgrade?.status === 'paused';
}

function judgePeer(policy: Policy | null, peer: Peer, now: Date, waits: boolean): Finding | null {
  const { router, health } = peer;
  const name = cleanLine(router.hostname);
  if (router.status !== 'active') {
    return { actual: `${name} is ${router.status}`, result: 'fail', advice: `Put ${name} back into service first.` };
  }
  if (isBusy(peer)) {
    // What is being upgraded reloads, so its figures say nothing; nothing of its group begins before it is over.
    if (waits) return null;
    return { actual: `${name} is being upgraded`, result: 'fail', advice: `Wait until ${name} is upgraded.` };
  }
  const limits = peer.policy?.isActive === true ? peer.policy : policy;
  if (limits === null) return { actual: `${name}: no policy`, result: 'unknown', advice: `Make a policy for ${name}.` };
  const silent = `Find out why ${name} sends no data: nobody knows if it can carry the traffic.`;
  const freshness = freshnessOf(limits, health, EVIDENCE_WINDOW_MS, now.getTime());
  if (freshness === 'no_data') return { actual: `${name} sends no data`, result: 'unknown', advice: silent };
  if (freshness !== 'fresh') return { actual: `${name} is silent`, result: 'fail', advice: silent };
  const bad = [
    ['cpu', cpuResult(limits, health)] as const,
    ['memory', memoryResult(limits, health)] as const,
    ['errors', errorsResult(limits, health)] as const,
  ].find(([, result]) => result !== 'pass');
  if (bad === undefined) return null;
  const result = bad[1] === 'fail' ? 'fail' : 'unknown';
  return { actual: `${name} is not healthy: ${bad[0]}`, result, advice: `Mend ${name} first: it carries the traffic.` };
}
