import type { Gate, Verdict } from './gate.ts';
import type { Schedule } from './schedule.ts';
import type { PlanState } from './upgrade-plan.ts';

export const UPGRADE_STATUSES = [
  'draft',
  'pending',
  'approved',
  'scheduled',
  'running',
  'paused',
  'success',
  'failed',
  'rolled_back',
  'cancelled',
  'rejected',
] as const;

export type UpgradeStatus = (typeof UPGRADE_STATUSES)[number];

/** The states in which an upgrade still has something to come; a router has at most one such upgrade. */
export const OPEN_STATUSES = [
  'draft',
  'pending',
  'approved',
  'scheduled',
  'running',
  'paused',
] as const satisfies readonly UpgradeStatus[];

/** The steps of an upgrade, in order. `rollback` is added only when it is needed. */
export const UPGRADE_STEPS = [
  'precheck',
  'backup_config',
  'stage_image',
  'verify_image',
  'preflight_gate',
  'save_config',
  'activate',
  'reboot_wait',
  'verify_version',
  'postcheck',
  'commit',
  'cleanup',
] as const;

export type StepName = (typeof UPGRADE_STEPS)[number] | 'rollback';

/** What people may ask of an upgrade that runs: to be stopped before its device is told to go down, or taken back after that. */
export type UpgradeWant = 'pause' | 'cancel' | 'rollback';

export type StepStatus = 'pending' | 'running' | 'success' | 'failed' | 'skipped' | 'rolled_back';

export interface UpgradeStep {
  readonly position: number;
  readonly name: StepName;
  readonly status: StepStatus;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly detail: string | null;
  /** How often it was begun. */
  readonly attempt: number;
}

/** Where an upgrade stands in its plan, and how far that is. */
export interface PlanPlace {
  /** Its own wave, from 1, of how many. */
  readonly wave: number;
  readonly waves: number;
  /** Upgrades of this wave and those before may begin. */
  readonly openWave: number;
  readonly state: PlanState;
}

/** An upgrade as lists show it. Times are instants; people are login names. */
export interface Upgrade {
  readonly id: string;
  readonly routerId: string;
  readonly hostname: string;
  readonly site: string | null;
  readonly timeZone: string;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly status: UpgradeStatus;
  readonly schedule: Schedule;
  readonly requestedBy: string;
  /** Operator id of the requester, who cannot approve. */
  readonly requestedById: string;
  readonly requestedAt: Date;
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
  /** Who rejected or cancelled it, when, and why. */
  readonly closedBy: string | null;
  readonly closedAt: Date | null;
  readonly closeReason: string | null;
  readonly changeReference: string | null;
  /** When a worker began it, and when it was over; null while it was not. */
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** One sentence on why it failed, is held, or was rolled back; null otherwise. */
  readonly outcome: string | null;
  /** What was asked of it while it runs, and is done at the next step. */
  readonly wanted: UpgradeWant | null;
  /** True: it goes up to where the device would be changed, and changes nothing. */
  readonly dryRun: boolean;
  /** True once its device may have been told to go down: from there on it is finished or taken back. */
  readonly activated: boolean;
  /** True once the new software is being kept for good, or the device is being taken back: from there on nobody can ask for the latter. */
  readonly settled: boolean;
  readonly batchId: string;
  /** Its place in a plan with waves; null if it goes in none. */
  readonly plan: PlanPlace | null;
  readonly verdict: Verdict;
}

/** One upgrade, whole. */
export interface UpgradeDetail extends Upgrade {
  readonly image: { readonly fileName: string; readonly sizeBytes: number; readonly sha256: string };
  readonly policyId: string | null;
  /** Why the agent keeps it from being approved now; null or left out if it does not. */
  readonly deferredWhy?: string | null;
  readonly gates: readonly Gate[];
  readonly steps: readonly UpgradeStep[];
}
