import type { ImageRoute } from './image-route.ts';
import type { Platform } from './platform.ts';
import type { Schedule } from './schedule.ts';
import type { StepName, StepStatus, UpgradeStatus, UpgradeWant } from './upgrade.ts';

/** One step as the worker needs it. */
export interface RunStep {
  readonly position: number;
  readonly name: StepName;
  readonly status: StepStatus;
  /** How often it was begun. */
  readonly attempt: number;
  /** What was about to be done when it last was, as JSON; null if nothing that cannot be repeated. */
  readonly intent: unknown;
  /** What the step found out for the later ones, as JSON. */
  readonly evidence: unknown;
}

/** Everything about an upgrade that carrying it out needs, read anew by each worker that goes on with it. */
export interface UpgradeRun {
  readonly id: string;
  readonly organizationId: string;
  readonly status: UpgradeStatus;
  /** What somebody asked of it while it ran. */
  readonly wanted: UpgradeWant | null;
  /** True: the device must not be changed. */
  readonly dryRun: boolean;
  readonly schedule: Schedule;
  /** True for an emergency that an admin let through. */
  readonly ignoresBlackouts: boolean;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly router: {
    readonly id: string;
    readonly hostname: string;
    readonly host: string;
    readonly port: number;
    /** Fingerprint, `SHA256:...`; null if it was never seen. */
    readonly hostKey: string | null;
    readonly platform: Platform | null;
    readonly model: string | null;
    readonly vendor: string | null;
    readonly site: string | null;
    readonly runningVersion: string;
  };
  readonly image: {
    readonly id: string;
    readonly fileName: string;
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly sha512: string | null;
    readonly minimumVersion: string | null;
  };
  /** How the router gets its image, as its site says. */
  readonly imageRoute: ImageRoute;
  readonly steps: readonly RunStep[];
}

export const CHECK_STATUSES = ['pass', 'fail', 'warn', 'unknown'] as const;

/** One thing that was checked. Only `fail` and `unknown` stop an upgrade. */
export interface Check {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
  readonly status: (typeof CHECK_STATUSES)[number];
  /** What to do about it; empty when it passes. */
  readonly action: string;
}

export type CheckPhase = 'pre' | 'gate' | 'post';

/** True once the device may have been told to go down: from here on an upgrade is finished or taken back, never just left. */
export function isActivated(run: UpgradeRun): boolean {
  return run.steps.some(({ name, intent }) => name === 'activate' && intent !== null);
}

/** True once the new software is being kept for good, or the device is being taken back: nobody can ask for the latter any more. */
export function isSettled(run: UpgradeRun): boolean {
  return run.steps.some(({ name, attempt }) => name === 'rollback' || (name === 'commit' && attempt > 0));
}
