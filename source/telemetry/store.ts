import type { HealthSummary } from '../model/health.ts';
import type {
  History,
  HistorySubject,
  InterfaceReading,
  Point,
  ProgressReading,
  SensorReading,
  Series,
  SeriesName,
  ValidationReading,
} from '../model/telemetry.ts';
import type { Writing } from './spool/read-writing.ts';

/** A span of time, milliseconds since the epoch; `end` is exclusive. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

/** What `write` did. Refused points are counted by reason and never stored. */
export interface WriteResult {
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
}

/**
 * Where telemetry lives: InfluxDB, or PostgreSQL in the demo. One contract suite holds for both.
 * Every read is for one organization (its uuid) and answers only for routers that have data: a router without any is absent
 * from the map, never zero. Reads reject with `TelemetryUnavailable` when the store cannot be reached.
 */
export interface TelemetryStore {
  readonly kind: 'influx' | 'embedded';
  /** Where it is, for people: host and port, without secrets. */
  readonly address: string;
  /** Validates, buffers and sends. Resolves when the points are accepted, which may be before they can be read. */
  write(points: readonly Point[]): Promise<WriteResult>;
  /**
   * Resolves when everything accepted so far can be read. Rejects with `TelemetryUnavailable` if it cannot be: what is only late is
   * sent again later, and what has been given up since the last flush is counted in the message.
   */
  flush(): Promise<void>;
  /** The health of the routers asked for over the last two hours: for the rows on the screen. */
  latest(organizationId: string, routerIds: readonly string[]): Promise<ReadonlyMap<string, HealthSummary>>;
  /** Series of many routers in one query: means of `cpu` and `memory`, sums of critical `errors`. At most `steps` values each. Rejects with RangeError for an empty
   * window or no steps. */
  series(
    organizationId: string,
    routerIds: readonly string[],
    name: SeriesName,
    window: TimeWindow,
    steps: number,
  ): Promise<ReadonlyMap<string, Series>>;
  /**
   * A figure of one router over a long time, in about `steps` steps, read from the coarsest that the window allows:
   * see `planHistory`. The steps without samples have nulls. Rejects with RangeError as `series` does.
   */
  history(
    organizationId: string,
    routerId: string,
    subject: HistorySubject,
    window: TimeWindow,
    steps: number,
  ): Promise<History>;
  /** One router's health over a window; null if it sent nothing. */
  health(organizationId: string, routerId: string, window: TimeWindow): Promise<HealthSummary | null>;
  /** Every router's health over a window, in a number of queries that does not depend on how many there are. */
  fleetHealth(organizationId: string, window: TimeWindow): Promise<ReadonlyMap<string, HealthSummary>>;
  /**
   * In how many of `steps` equal parts of a window a router's CPU was read: routers named, or all (null), in a number of queries that does
   * not depend on how many all are. Absent: in none.
   */
  coverage(
    organizationId: string,
    routerIds: readonly string[] | null,
    window: TimeWindow,
    steps: number,
  ): Promise<ReadonlyMap<string, number>>;
  /** The newest reading of each interface of a router, by name. */
  interfaces(organizationId: string, routerId: string, window: TimeWindow): Promise<readonly InterfaceReading[]>;
  /** The newest reading of each hardware component of a router, by name. */
  sensors(organizationId: string, routerId: string, window: TimeWindow): Promise<readonly SensorReading[]>;
  /** How an upgrade of a router went on, oldest first; if `upgradeId` is null, the upgrade that the newest point in the window is of. */
  upgradeProgress(
    organizationId: string,
    routerId: string,
    window: TimeWindow,
    upgradeId: string | null,
  ): Promise<readonly ProgressReading[]>;
  /** Results of the tests before and after an upgrade of a router, oldest first; `upgradeId` as above. */
  validations(
    organizationId: string,
    routerId: string,
    window: TimeWindow,
    upgradeId: string | null,
  ): Promise<readonly ValidationReading[]>;
  /** Round trip in milliseconds; rejects when it cannot be reached. */
  ping(): Promise<number>;
  /** What waits on this machine to be stored, and what was lost; left out where points are stored at once. */
  writing?(): Promise<Writing>;
  /** Flushes, then lets go of everything. Rejects, after that, if accepted points could not be stored and are kept nowhere. */
  close(): Promise<void>;
}

/** The store did not answer, or refused to. The message has no secrets. */
export class TelemetryUnavailable extends Error {
  override readonly name = 'TelemetryUnavailable';
}
