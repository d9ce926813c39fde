import type { ParameterizedQuery } from '@influxdata/influxdb-client';
import type { InfluxSettings } from '../../config/settings.ts';
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
import { type FieldPoint, FieldPoints } from '../field-points.ts';
import { HealthCollector } from '../health-parts.ts';
import { planHistory } from '../history-plan.ts';
import { latestWindow } from '../latest-window.ts';
import { RollupCollector } from '../rollups.ts';
import { sensorReadings } from '../sensor-readings.ts';
import type { Writing } from '../spool/read-writing.ts';
import { cutIntoSteps, SeriesCollector } from '../steps.ts';
import type { TelemetryStore, TimeWindow, WriteResult } from '../store.ts';
import { progressReadings, validationReadings } from '../upgrade-readings.ts';
import { InfluxConnection } from './connection.ts';
import { idLists, type Scope } from './flux-parts.ts';
import { addHealthRow, healthQuery } from './health-query.ts';
import { addHistoryRow, historyQuery } from './history-query.ts';
import { InterfaceCollector, interfacesQuery } from './interfaces-query.ts';
import { InfluxWriter, type InfluxWriterOptions } from './influx-writer.ts';
import { pingQuery } from './ping-query.ts';
import { addPointRow, pointsQuery, type ReadWhole } from './points-query.ts';
import { readHistory } from './read-history.ts';
import { eachRow, type FluxRow } from './rows.ts';
import { addSeriesRow, coverageQuery, seriesQuery } from './series-query.ts';

export interface InfluxStoreOptions extends InfluxWriterOptions {
  /** Longest times in milliseconds. */
  readonly queryTimeoutMs?: number;
  readonly pingTimeoutMs?: number;
}

/** Telemetry in InfluxDB 2. Does no I/O until it is used. */
export function openInfluxStore(settings: InfluxSettings, options: InfluxStoreOptions = {}): TelemetryStore {
  return new InfluxStore(settings, options);
}

class InfluxStore implements TelemetryStore {
  readonly kind = 'influx';
  readonly address: string;
  readonly #connection: InfluxConnection;
  readonly #writer: InfluxWriter;
  readonly #now: () => number;
  readonly #queryTimeoutMs: number;
  readonly #pingTimeoutMs: number;

  constructor(settings: InfluxSettings, options: InfluxStoreOptions) {
    this.#connection = new InfluxConnection(settings);
    this.address = this.#connection.address;
    this.#now = options.now ?? Date.now;
    this.#queryTimeoutMs = options.queryTimeoutMs ?? 30_000;
    this.#pingTimeoutMs = options.pingTimeoutMs ?? 5000;
    this.#writer = new InfluxWriter(this.#connection, settings, options);
  }

  write(points: readonly Point[]): Promise<WriteResult> {
    return this.#writer.write(points);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  writing(): Promise<Writing> {
    return this.#writer.writing();
  }

  async latest(organizationId: string, routerIds: readonly string[]): Promise<ReadonlyMap<string, HealthSummary>> {
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
    await this.#read(
      organizationId,
      routerIds,
      window,
      (scope) => seriesQuery(scope, name, steps),
      (row) => addSeriesRow(collector, row),
    );
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
    return readHistory(subject, planHistory(subject, window, steps, now), now, async (source) => {
      const collector = new RollupCollector();
      const bucket = source.kind === 'readings' ? this.#connection.settings.bucket : source.bucket;
      for (const routerIds of idLists([routerId])) {
        const scope = { bucket, organizationId, window: source.window, routerIds };
        await this.#query(this.#queryTimeoutMs, historyQuery(scope, subject, source), (row) =>
          addHistoryRow(collector, source, row),
        );
      }
      return collector.rollups();
    });
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
    const covered = new Map<string, number>();
    await this.#read(
      organizationId,
      routerIds,
      window,
      (scope) => coverageQuery(scope, steps),
      (row) => {
        const id = row.text('router_id');
        covered.set(id, Math.min(steps.count, (covered.get(id) ?? 0) + row.number('_value')));
      },
    );
    return covered;
  }

  async interfaces(organizationId: string, routerId: string, window: TimeWindow): Promise<readonly InterfaceReading[]> {
    const collector = new InterfaceCollector();
    await this.#read(organizationId, [routerId], window, interfacesQuery, (row) => collector.add(row));
    return collector.readings();
  }

  async sensors(organizationId: string, routerId: string, window: TimeWindow): Promise<readonly SensorReading[]> {
    return sensorReadings(await this.#points(organizationId, routerId, window, ['system', 'newest']));
  }

  async upgradeProgress(
    organizationId: string,
    routerId: string,
    window: TimeWindow,
    upgradeId: string | null,
  ): Promise<readonly ProgressReading[]> {
    const points = await this.#points(organizationId, routerId, window, ['upgrade_progress', 'all']);
    return progressReadings(points, upgradeId);
  }

  async validations(
    organizationId: string,
    routerId: string,
    window: TimeWindow,
    upgradeId: string | null,
  ): Promise<readonly ValidationReading[]> {
    const points = await this.#points(organizationId, routerId, window, ['upgrade_validation', 'all']);
    return validationReadings(points, upgradeId);
  }

  async ping(): Promise<number> {
    const started = performance.now();
    await this.#query(this.#pingTimeoutMs, pingQuery(this.#connection.settings.bucket, this.#now()), () => undefined);
    return performance.now() - started;
  }

  close(): Promise<void> {
    return this.#writer.close(() => this.#connection.close());
  }

  async #healthOf(
    organizationId: string,
    routerIds: readonly string[] | null,
    window: TimeWindow,
  ): Promise<ReadonlyMap<string, HealthSummary>> {
    const collector = new HealthCollector();
    await this.#read(organizationId, routerIds, window, healthQuery, (row) => addHealthRow(collector, row));
    return collector.summaries();
  }

  async #points(
    organizationId: string,
    routerId: string,
    window: TimeWindow,
    [measurement, which]: readonly [measurement: ReadWhole, which: 'all' | 'newest'],
  ): Promise<readonly FieldPoint[]> {
    const points = new FieldPoints();
    await this.#read(
      organizationId,
      [routerId],
      window,
      (scope) => pointsQuery(scope, measurement, which),
      (row) => addPointRow(points, measurement, row),
    );
    return points.points();
  }

  async #read(
    organizationId: string,
    routerIds: readonly string[] | null,
    window: TimeWindow,
    query: (scope: Scope) => ParameterizedQuery,
    visit: (row: FluxRow) => void,
  ): Promise<void> {
    // InfluxDB refuses an empty range.
    if (window.end <= window.start) return;
    const { bucket } = this.#connection.settings;
    for (const ids of routerIds === null ? [null] : idLists(routerIds)) {
      await this.#query(this.#queryTimeoutMs, query({ bucket, organizationId, window, routerIds: ids }), visit);
    }
  }

  #query(timeoutMs: number, query: ParameterizedQuery, visit: (row: FluxRow) => void): Promise<void> {
    return this.#connection.request(timeoutMs, (client) =>
      eachRow(client, this.#connection.settings.org, query, visit),
    );
  }
}
