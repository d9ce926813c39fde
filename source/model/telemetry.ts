import type { COMMON_TAGS, MeasurementName, MEASUREMENTS } from './measurements/definitions.ts';
import type { Field, ValueOf } from './measurements/fields.ts';
import type { StepName, StepStatus } from './upgrade.ts';

/** Tags that every point has. */
export type PointTags = Readonly<Record<keyof typeof COMMON_TAGS, string>>;

type Definition<Name extends MeasurementName> = (typeof MEASUREMENTS)[Name];

type Values<Fields> = { readonly [Name in keyof Fields]: Fields[Name] extends Field ? ValueOf<Fields[Name]> : never };

/** `interfaceName`, `severity` or `component`, where a measurement has that tag. */
type FurtherTagOf<Tag> = Tag extends {
  readonly property: infer Property extends string;
  readonly values: infer Allowed;
}
  ? { readonly [_ in Property]: Allowed extends readonly (infer Value)[] ? Value : string }
  : unknown;

/** One reading of a measurement. `time` is milliseconds since the epoch. */
export type PointOf<Name extends MeasurementName> = {
  readonly measurement: Name;
  readonly tags: PointTags;
  readonly time: number;
  readonly fields: Values<Definition<Name>['required']> & Partial<Values<Definition<Name>['optional']>>;
} & FurtherTagOf<Definition<Name>['tag']>;

/** One reading, as measurements/definitions.ts says what there is to read. */
export type Point = { readonly [Name in MeasurementName]: PointOf<Name> }[MeasurementName];

/** The figures that have a series on the screen. */
export type SeriesName = 'cpu' | 'memory' | 'errors';

/** Equal time steps, oldest first; null where no sample fell into a step. */
export interface Series {
  /** Start of the first step, milliseconds since the epoch. */
  readonly start: number;
  readonly stepMs: number;
  readonly values: readonly (number | null)[];
}

/** The figures of a router that have a history: CPU in use, free memory, critical errors. */
export type HistoryName = SeriesName;

/** Traffic received or sent by one interface, in bytes a second, or the errors that it counted. */
export interface InterfaceSubject {
  readonly interfaceName: string;
  readonly figure: 'in' | 'out' | 'errors';
}

/** What a history is of. */
export type HistorySubject = HistoryName | InterfaceSubject;

/** What a figure was like in a span of time; null where no sample fell into it. */
export interface HistoryStep {
  /** Milliseconds since the epoch; it ends where the next one begins. */
  readonly start: number;
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** What the samples add up to: how many errors there were. */
  readonly sum: number | null;
}

/** A figure of a router over a long time. */
export interface History {
  /** Oldest first, without holes between them. */
  readonly steps: readonly HistoryStep[];
  /** Where the last step ends. */
  readonly end: number;
  /** Of what came before this time nothing is kept: there a gap says nothing about the router. */
  readonly keptFrom: number;
  /** What should have been read, and is not there or not ours to read: names of buckets. */
  readonly unreadable: readonly string[];
}

/** The newest state of one interface. */
export interface InterfaceReading {
  readonly name: string;
  /** Null if the newest reading has no rates: it is the first one, or comes after a gap. */
  readonly inBytesPerSecond: number | null;
  readonly outBytesPerSecond: number | null;
  /** Errors counted in the window asked for; null if none were counted, not even 0. */
  readonly errors: number | null;
  readonly adminUp: boolean;
  readonly operUp: boolean;
  readonly at: number;
}

/** The newest state of one hardware component. Null is what it did not send in the window. */
export interface SensorReading {
  readonly component: string;
  readonly uptimeSeconds: number | null;
  readonly temperatureCelsius: number | null;
  readonly powerWatts: number | null;
  readonly fanRpm: number | null;
  readonly fanPercent: number | null;
  /** Whether it is in order, by its own word. */
  readonly working: boolean | null;
  /** Time of the newest of these, milliseconds since the epoch. */
  readonly at: number;
}

/** How far an upgrade was at one time. Null is what was not sent. */
export interface ProgressReading {
  readonly upgradeId: string;
  readonly step: StepName;
  readonly stepStatus: StepStatus;
  /** Of the whole upgrade, 0-100. */
  readonly percent: number;
  /** Of the step, 0-100. */
  readonly stepPercent: number | null;
  readonly elapsedSeconds: number | null;
  /** How much of the image is on the router. */
  readonly transferredBytes: number | null;
  readonly at: number;
}

/** The result of one test before or after an upgrade. */
export interface ValidationReading {
  readonly upgradeId: string;
  readonly phase: 'before' | 'after';
  /** What was tested. */
  readonly component: string;
  readonly passed: boolean;
  readonly expected: number | null;
  readonly actual: number | null;
  readonly at: number;
}
