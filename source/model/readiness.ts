import { cpuResult, errorsResult, EVIDENCE_WINDOW_MS, freshnessOf, memoryResult } from './gate-rules.ts';
import type { HealthSummary } from './health.ts';
import type { Platform } from './platform.ts';
import type { Policy } from './policy.ts';
import type { Router } from './router.ts';
import { compareVersions, runsRelease } from './version.ts';

/** If a router could be upgraded to its target version now, in a word; the fleet table shows it for every row. */
export interface Readiness {
  readonly state: 'ready' | 'blocked' | 'stale' | 'up_to_date' | 'no_target' | 'no_policy' | 'upgrading' | 'not_active';
  /** One short word: what blocks (`cpu`, `memory`, `errors`, `model`, `version`, `downgrade`), why stale, else what the state says. */
  readonly reason: string;
}

// One object for each answer: 100,000 rows cost no memory.
const READY: Readiness = { state: 'ready', reason: 'ready' };
const UPGRADING: Readiness = { state: 'upgrading', reason: 'upgrading' };
const UP_TO_DATE: Readiness = { state: 'up_to_date', reason: 'up to date' };
const NO_TARGET: Readiness = { state: 'no_target', reason: 'no target' };
const NO_POLICY: Readiness = { state: 'no_policy', reason: 'no policy' };
const NOT_ACTIVE = {
  maintenance: { state: 'not_active', reason: 'maintenance' },
  offline: { state: 'not_active', reason: 'offline' },
  retired: { state: 'not_active', reason: 'retired' },
} as const satisfies Record<string, Readiness>;
const STALE = {
  no_data: { state: 'stale', reason: 'no data' },
  old: { state: 'stale', reason: 'stale' },
  ahead: { state: 'stale', reason: 'clock' },
  sparse: { state: 'stale', reason: 'few data' },
} as const satisfies Record<string, Readiness>;
const CPU: Readiness = { state: 'blocked', reason: 'cpu' };
const MEMORY: Readiness = { state: 'blocked', reason: 'memory' };
const ERRORS: Readiness = { state: 'blocked', reason: 'errors' };
const MODEL: Readiness = { state: 'blocked', reason: 'model' };
const VERSION: Readiness = { state: 'blocked', reason: 'version' };
const DOWNGRADE: Readiness = { state: 'blocked', reason: 'downgrade' };

/**
 * A router's readiness from the same rules as the gates, without their texts: `ready` means that every gate of the router itself
 * would pass for an image of the target version that fits the model: its peers, its past failures, how its readings are spread, and what belongs to
 * a start are looked at when it is judged. `health` is over the two hours before
 * `now` (milliseconds since the epoch).
 */
export function readiness(router: Router, health: HealthSummary | null, policy: Policy | null, now: number): Readiness {
  if (router.openUpgrade !== null) return UPGRADING;
  if (router.status !== 'active') return NOT_ACTIVE[router.status];
  if (router.targetVersion === null) return NO_TARGET;
  const step = stepBetween(router.platform, router.runningVersion, router.targetVersion);
  if (step === UP_TO_DATE) return UP_TO_DATE;
  if (router.modelId === null) return MODEL;
  if (step !== null) return step;
  if (policy === null || !policy.isActive) return NO_POLICY;
  const freshness = freshnessOf(policy, health, EVIDENCE_WINDOW_MS, now);
  if (freshness !== 'fresh') return STALE[freshness];
  if (cpuResult(policy, health) !== 'pass') return CPU;
  if (memoryResult(policy, health) !== 'pass') return MEMORY;
  return errorsResult(policy, health) === 'pass' ? READY : ERRORS;
}

type Step = Readiness | null;

// A large fleet has some dozens of pairs of versions: each is compared once.
const MOST_PAIRS = 5000;
let pairs = 0;
const steps = new Map<Platform | null, Map<string, Map<string, Step>>>();

/** What is in the way between two versions; null: nothing. */
function stepBetween(platform: Platform | null, running: string, target: string): Step {
  const ofPlatform = emptyIfNone(steps, platform);
  const known = ofPlatform.get(running)?.get(target);
  if (known !== undefined) return known;
  if (pairs >= MOST_PAIRS) {
    steps.clear();
    pairs = 0;
  }
  const step = compare(platform, running, target);
  emptyIfNone(emptyIfNone(steps, platform), running).set(target, step);
  pairs += 1;
  return step;
}

function compare(platform: Platform | null, running: string, target: string): Step {
  if (runsRelease(platform, running, target)) return UP_TO_DATE;
  const order = compareVersions(platform, target, running);
  if (order === 1) return null;
  return order === null ? VERSION : DOWNGRADE;
}

function emptyIfNone<K, I, V>(maps: Map<K, Map<I, V>>, key: K): Map<I, V> {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const empty = new Map<I, V>();
  maps.set(key, empty);
  return empty;
}

/** True if somebody should look: an upgrade is wanted and something is in its way. */
export function needsAttention(found: Readiness | null): boolean {
  return found?.state === 'blocked' || found?.state === 'stale' || found?.state === 'no_policy';
}
