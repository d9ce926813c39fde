import type { PlanState } from './upgrade-plan.ts';
import type { UpgradeStatus } from './upgrade.ts';

/** What an upgrade has just become, by the event that tells of it. A trigger of the database knows the same names. */
export const UPGRADE_EVENTS = {
  'upgrade.requested': 'pending',
  'upgrade.approved': 'approved',
  'upgrade.break_glass': 'approved',
  'upgrade.rejected': 'rejected',
  'upgrade.started': 'running',
  'upgrade.resumed': 'running',
  'upgrade.paused': 'paused',
  'upgrade.held': 'paused',
  'upgrade.succeeded': 'success',
  'upgrade.failed': 'failed',
  'upgrade.rollback_failed': 'failed',
  'upgrade.rolled_back': 'rolled_back',
  'upgrade.cancelled': 'cancelled',
} as const satisfies Readonly<Record<string, UpgradeStatus>>;

/** The same of plans. */
export const PLAN_EVENTS = {
  'plan.requested': 'active',
  'plan.wave_opened': 'active',
  'plan.waiting': 'waiting',
  'plan.stopped': 'stopped',
  'plan.resumed': 'active',
  'plan.done': 'done',
} as const satisfies Readonly<Record<string, PlanState>>;

/** Every event that a webhook can ask for. */
export const WEBHOOK_EVENTS: readonly string[] = [...Object.keys(UPGRADE_EVENTS), ...Object.keys(PLAN_EVENTS)];

/** Where an organization is told of its upgrades, without the secret that messages are signed with. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** None: all. */
  readonly events: readonly string[];
  readonly active: boolean;
  /** Why it is not active. */
  readonly offReason: string | null;
  /** The first of the failures since it last took a message. */
  readonly failingSince: Date | null;
  readonly keyId: string;
}

/** One event on its way to one webhook. */
export interface Delivery {
  readonly id: string;
  readonly webhook: string;
  readonly eventId: string;
  readonly event: string;
  readonly upgradeId: string | null;
  readonly planId: string | null;
  readonly occurredAt: Date;
  readonly attempts: number;
  /** Null if it is delivered or given up. */
  readonly nextAttemptAt: Date | null;
  readonly deliveredAt: Date | null;
  /** What the receiver answered last. */
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** After the first failure, the second, and so on: 24 hours together. */
const DELAYS = [
  5000,
  30_000,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  6 * HOUR,
  10 * HOUR,
] as const;

/**
 * Milliseconds until the next attempt, after so many that failed; null if that was the last. `random` (0 to 1) moves it by up to a fifth, so that what failed
 * together does not come again together.
 */
export function retryDelay(failures: number, random: number): number | null {
  const delay = DELAYS[failures - 1];
  return delay === undefined ? null : Math.round(delay * (0.8 + 0.4 * random));
}
