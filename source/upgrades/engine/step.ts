import type postgres from 'postgres';
import { z } from 'zod';
import type { DeviceOperations, ImageSource } from '../../devices/operations.ts';
import type { StepName } from '../../model/upgrade.ts';
import type { Check, CheckPhase, RunStep, UpgradeRun } from '../../model/upgrade-run.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import type { Pace } from './pace.ts';

/** What a step works with. */
export interface StepContext {
  readonly upgrade: UpgradeRun;
  readonly scope: OrganizationScope;
  readonly telemetry: TelemetryStore;
  readonly pace: Pace;
  /** Which attempt at this step it is, from 1. */
  readonly attempt: number;
  /** Which worker in a row has the upgrade; no other ever had this number. */
  readonly leaseEpoch: string;
  /** Aborted when the time of the step is over, or the lease is lost. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** A login to the device, the same one until it fails. Looks at the lease each time it is asked for: ask right before each command. */
  device(): Promise<DeviceOperations>;
  /** Closes the login, as before a device goes down. */
  hangUp(): void;
  /** Writes the intent of this step; after that it counts as begun on the device. */
  declare(intent: postgres.JSONValue): Promise<void>;
  /** Writes checks at once, so that people see them while the step goes on. */
  check(phase: CheckPhase, checks: readonly Check[]): Promise<void>;
  /** Keeps a configuration, encrypted; replaces the one of the same moment. */
  keepConfiguration(moment: 'before' | 'after', configuration: string): Promise<void>;
  /** A configuration that was kept of this upgrade, to compare with; null if none was. Audited. */
  keptConfiguration(moment: 'before' | 'after'): Promise<string | null>;
  /** Where the device gets the image from. Rejects with `StepFailed` if the image is missing or altered. */
  imageSource(): Promise<ImageSource>;
  /** Rejects with `StepFailed` if somebody asked for the device to be taken back. */
  heedRollback(): Promise<void>;
  /** Tells people what the device prints. */
  tell(line: string): void;
  /** A step as it was when this worker took the upgrade, or as it ended since. */
  step(name: StepName): RunStep;
  /** Resolves after so many milliseconds, or rejects with the signal's reason. */
  pause(milliseconds: number): Promise<void>;
}

/** What a device may be asked without changing anything on it. */
export type DeviceReadings = Pick<
  DeviceOperations,
  | 'platform'
  | 'hostKey'
  | 'readState'
  | 'readHealth'
  | 'runningConfiguration'
  | 'startupConfiguration'
  | 'configurationSaved'
  | 'fileSize'
  | 'digest'
  | 'digestAlgorithm'
  | 'filesNamed'
>;

/** What a step works with that changes nothing on the device: it cannot. */
export interface ReadingContext extends Omit<StepContext, 'device' | 'declare' | 'hangUp' | 'heedRollback'> {
  device(): Promise<DeviceReadings>;
}

/** Evidence of a step that ended well, and has something for people that belongs into the outcome of the upgrade. */
export const attentionSchema = z.object({ attention: z.string() });

/** How a step ended well. */
export interface StepEnd {
  /** One sentence for people. */
  readonly detail: string;
  /** For the steps after it. */
  readonly evidence?: postgres.JSONValue;
  /** The version that the device was seen to run. */
  readonly runningVersion?: string;
  /** True if there was nothing to do. */
  readonly skipped?: true;
}

/** One step of an upgrade. */
export interface Step {
  readonly name: StepName;
  /**
   * `repeatable`: may be run again after it was cut off anywhere. `intent-first`: writes what it is about to send before it does, and on
   * another attempt looks at the device before it sends anything.
   */
  readonly property: 'repeatable' | 'intent-first';
  /** How often it is tried when the device cannot be reached or does not answer. */
  readonly attempts: number;
  /** Milliseconds for one attempt. */
  timeout(pace: Pace): number;
  run(context: StepContext): Promise<StepEnd>;
  /** What it does in a dry-run, which ends before the first step that has nothing here. */
  dryRun?(context: ReadingContext): Promise<StepEnd>;
  /**
   * Takes back what the step did, when it has failed, is held, or is called off before its intent was written. Gives a sentence about what is left,
   * or null.
   */
  undo?(context: StepContext, held: boolean): Promise<string | null>;
}

/** Why a step ends of an upgrade that somebody has taken back. */
export const TAKEN_BACK = 'Somebody asked for the device to be taken back.';

/** A step failed for good: the sentence says what was found, and what to do. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** A step must not go on now: the upgrade is held, as it is, until somebody resumes or cancels it. */
export class StepHeld extends Error {
  override readonly name = 'StepHeld';
}
