import type postgres from 'postgres';
import type { HealthSummary } from '../../model/health.ts';
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
} from '../../model/telemetry.ts';
import { HealthCollector } from '../health-parts.ts';
import { planHistory } from '../history-plan.ts';
import { latestWindow } from '../latest-window.ts';
import { RefusalLog } from '../refusal-log.ts';
import { RollupCollector, historyOf } from '../rollups.ts';
import { sensorReadings } from '../sensor-readings.ts';
import { sortPoints } from '../sort-points.ts';
import { silentLog, type WritingLog } from '../spool/writing-log.ts';
import { cutIntoSteps, SeriesCollector } from '../steps.ts';
import type { TelemetryStore, TimeWindow, WriteResult } from '../store.ts';
import { progressReadings, validationReadings } from '../upgrade-readings.ts';
import { isStorableTag } from '../validate-point.ts';
import { ask } from './ask.ts';
import type { TelemetryDatabase } from './database.ts';
import { readNewestSensors, readUpgrades } from './detail-rows.ts';
import { collectHealth } from './health-rows.ts';
import { collectHistory, keptFrom } from './history-rows.ts';
import { insertRows } from './insert-rows.ts';
import { readInterfaces } from './interface-rows.ts';
import { Roller } from './roller.ts';
import { rowsByOrganization } from './rows.ts';
import { collectSeries, countCovered } from './series-rows.ts';
import { EmbeddedUnavailable } from './unavailable.ts';

export interface EmbeddedStoreOptions {
  /** Milliseconds since the epoch; the system clock if left out. */
  readonly now?: () => number;
  /** Longest time for one call, milliseconds. */
  readonly timeoutMs?: number;
  /** Told of points that are refused, once a minute for each reason. */
  readonly log?: WritingLog;
}

/** SQLSTATE of a row for which there is no partition. */
const NO_PARTITION = '23514';

/**
 * Telemetry in PostgreSQL, for the demo and for fleets of up to 10,000 routers at one reading a minute; beyond it InfluxDB is
 * the store. Readings are single for at least two hours, hourly sums for 30 days. A crash of PostgreSQL loses the single
 * readings. Writing needs the role netup_worker. The database stays the caller's: `close` leaves it open.
 */
export function openEmbeddedStore(database: TelemetryDatabase, options: EmbeddedStoreOptions = {}): TelemetryStore {
  return new EmbeddedStore(database, options);
}

class EmbeddedStore implements TelemetryStore {
  readonly kind = 'embedded';
  readonly address: string;
  readonly #database: TelemetryDatabase;
  readonly #now: () => number;
  readonly #timeoutMs: number;
  readonly #refusals: RefusalLog;
  readonly #roller = new Roller();

  constructor(database: TelemetryDatabase, options: EmbeddedStoreOptions) {
    this.#database = database;
    this.address = database.address;
    this.#now = options.now ?? Date.now;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#refusals = new RefusalLog(options.log ?? silentLog, this.#now);
  }

  async write(points: readonly Point[]): Promise<WriteResult> {
    if (points.length === 0) return { accepted: 0, refused: {} };
    const result = await this.#write(points).catch((error: unknown) => {
      if (!(error instanceof EmbeddedUnavailable && error.code === NO_PARTITION)) throw error;
      this.#roller.forget();
      return this.#write(points);
    });
    for (const [reason, count] of Object.entries(result.refused)) this.#refusals.add(reason, count);
    return result;
  }

  /** There is no buffer. */
  flush(): Promise<void> {
    return Promise.resolve();
  }

  latest(organizationId: string, routerIds: readonly string[]): Promise<ReadonlyMap<string, HealthSummary>> {
    return this.#healthOf(organizationId, routerIds, latestWindow(this.#now()));
  }

  async series(
    organizationId: string,
    routerIds: readonly string[],
    name: SeriesName,
    window: TimeWindow,
    wantedSteps: number,
  ): Promise<ReadonlyMap<string, Series>> {
    const steps = cutIntoSteps(window, wantedSteps);
    const collector = new SeriesCollector(steps);
    const ids = routerIds.filter((id) => isStorableTag(id));
    if (ids.length > 0) {
      const span = { window, steps, now: this.#now() };
      await this.#ask(organizationId, (sql) => collectSeries(sql, collector, ids, name, span));
    }
    return collector.series(name === 'errors' ? 'sums' : 'means');
  }

  async history(
    organizationId: string,
    routerId: string,
    subject: HistorySubject,
    window: TimeWindow,
    steps: number,
  ): Promise<History> {
    const now = this.#now();
    const plan = planHistory(subject, window, steps, now);
    const collector = new RollupCollector();
    if (isStorableTag(routerId)) {
      await this.#ask(organizationId, (sql) => collectHistory(sql, collector, routerId, subject, { plan, now }));
    }
    const rollups = collector.rollups();
    return { ...historyOf(plan.edges, rollups), keptFrom: keptFrom(subject, now), unreadable: [] };
  }

  async health(organizationId: string, routerId: string, window: TimeWindow): Promise<HealthSummary | null> {
    return (await this.#healthOf(organizationId, [routerId], window)).get(routerId) ?? null;
  }

  fleetHealth(organizationId: string, window: TimeWindow): Promise<ReadonlyMap<string, HealthSummary>> {
    return this.#healthOf(organizationId, null, window);
  }

  async coverage(
    organizationId: string,
    routerIds: readonly string[] | null,
    window: TimeWindow,
    wantedSteps: number,
  ): Promise<ReadonlyMap<string, number>> {
    const steps = cutIntoSteps(window, wantedSteps);
    const ids = routerIds?.filter((id) => isStorableTag(id)) ?? null;
    if (ids?.length === 0) return new Map();
    return this.#ask(organizationId, (sql) => countCovered(sql, ids, { window, steps, now: this.#now() }));
  }

  async interfaces(organizationId: string, routerId: string, window: TimeWindow): Promise<readonly InterfaceReading[]> {
    if (!isStorableTag(routerId)) return [];
    return this.#ask(organizationId, (sql) => readInterfaces(sql, routerId, window));
  }

  async sensors(organizationId: string, routerId: string, window: TimeWindow): Promise<readonly SensorReading[]> {
    if (!isStorableTag(routerId)) return [];
    return sensorReadings(await this.#ask(organizationId, (sql) => readNewestSensors(sql, routerId, window)));
  }

  async upgradeProgress(
    organizationId: string,
    routerId: string,
    window: TimeWindow,
    upgradeId: string | null,
  ): Promise<readonly ProgressReading[]> {
    if (!isStorableTag(routerId)) return [];
    const points = await this.#ask(organizationId, (sql) => readUpgrades(sql, 'upgrade_progress', routerId, window));
    return progressReadings(points, upgradeId);
  }

  async validations(
    organizationId: string,
    routerId: string,
    window: TimeWindow,
    upgradeId: string | null,
  ): Promise<readonly ValidationReading[]> {
    if (!isStorableTag(routerId)) return [];
    const points = await this.#ask(organizationId, (sql) => readUpgrades(sql, 'upgrade_validation', routerId, window));
    return validationReadings(points, upgradeId);
  }

  ping(): Promise<number> {
    return ask(this.address, this.#timeoutMs, () => this.#database.ping());
  }

  close(): Promise<void> {
    this.#refusals.flush();
    return Promise.resolve();
  }

  async #write(points: readonly Point[]): Promise<WriteResult> {
    const now = this.#now();
    const { unscoped } = this.#database;
    const rawFrom = await ask(this.address, this.#timeoutMs, () => this.#roller.rawFrom(unscoped, now));
    const { accepted, refused } = sortPoints(points, now, (point) =>
      point.time < rawFrom ? 'older than the store keeps' : null,
    );
    for (const [organization, rows] of rowsByOrganization(accepted)) {
      await this.#ask(organization, (sql) => insertRows(sql, rows));
    }
    return { accepted: accepted.length, refused };
  }

  async #healthOf(
    organizationId: string,
    routerIds: readonly string[] | null,
    window: TimeWindow,
  ): Promise<ReadonlyMap<string, HealthSummary>> {
    const collector = new HealthCollector();
    const ids = routerIds?.filter((id) => isStorableTag(id)) ?? null;
    if (ids === null || ids.length > 0) {
      await this.#ask(organizationId, (sql) => collectHealth(sql, collector, window, ids, this.#now()));
    }
    return collector.summaries();
  }

  #ask<T>(organizationId: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
    return ask(this.address, this.#timeoutMs, () => work(this.#database.organization(organizationId).sql));
  }
}
