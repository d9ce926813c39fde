import type { MeasurementName } from '../../model/measurements/definitions.ts';
import type { Point, PointOf } from '../../model/telemetry.ts';
import type { FieldValue } from '../field-points.ts';

/** What a router sent at one time of what telemetry_raw has columns for. */
export interface RawRow {
  readonly routerId: string;
  readonly time: number;
  cpu: number | null;
  memoryFree: number | null;
  critical: number | null;
  warning: number | null;
}

/** A row of telemetry_interfaces. */
export interface InterfaceRow {
  readonly routerId: string;
  readonly name: string;
  readonly time: number;
  readonly inRate: number | null;
  readonly outRate: number | null;
  readonly errors: number | null;
  readonly adminUp: boolean;
  readonly operUp: boolean;
}

/** A row of telemetry_details or telemetry_upgrades. */
export interface DetailRow {
  readonly routerId: string;
  readonly measurement: MeasurementName;
  /** The interface or the component; empty where the measurement has neither. */
  readonly part: string;
  readonly time: number;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** One organization's points as rows, one for each primary key: of several points with the same series and time the last wins, field by field. */
export interface OrganizationRows {
  readonly raw: readonly RawRow[];
  readonly interfaces: readonly InterfaceRow[];
  readonly details: readonly DetailRow[];
  readonly upgrades: readonly DetailRow[];
}

export function rowsByOrganization(points: readonly Point[]): Map<string, OrganizationRows> {
  const byOrganization = new Map<string, RowBuilder>();
  for (const point of points) {
    let builder = byOrganization.get(point.tags.organization);
    if (builder === undefined) byOrganization.set(point.tags.organization, (builder = new RowBuilder()));
    builder.add(point);
  }
  return new Map([...byOrganization].map(([organization, builder]) => [organization, builder.rows()]));
}

/** Fields that have columns; the others go into telemetry_details. */
const CPU_COLUMNS: ReadonlySet<string> = new Set(['usage_percent']);
const MEMORY_COLUMNS: ReadonlySet<string> = new Set(['free_percent']);
const INTERFACE_COLUMNS: ReadonlySet<string> = new Set([
  'in_bytes_rate',
  'out_bytes_rate',
  'error_count',
  'admin_status',
  'oper_status',
]);
const NO_COLUMNS: ReadonlySet<string> = new Set();

class RowBuilder {
  // By router and then by time: cheaper than a key made of both.
  readonly #raw = new Map<string, Map<number, RawRow>>();
  readonly #interfaces = new Map<string, InterfaceRow>();
  readonly #details = new Map<string, DetailRow>();
  readonly #upgrades = new Map<string, DetailRow>();

  add(point: Point): void {
    switch (point.measurement) {
      case 'cpu':
        this.#rowOf(point).cpu = point.fields.usage_percent;
        return addDetails(this.#details, point, '', CPU_COLUMNS);
      case 'memory':
        this.#rowOf(point).memoryFree = point.fields.free_percent;
        return addDetails(this.#details, point, '', MEMORY_COLUMNS);
      case 'errors':
        this.#rowOf(point)[point.severity] = point.fields.error_count;
        return;
      case 'interfaces':
        this.#addInterface(point);
        return addDetails(this.#details, point, point.interfaceName, INTERFACE_COLUMNS);
      case 'system':
        return addDetails(this.#details, point, point.component, NO_COLUMNS);
      case 'upgrade_progress':
        return addDetails(this.#upgrades, point, '', NO_COLUMNS);
      case 'upgrade_validation':
        return addDetails(this.#upgrades, point, point.component, NO_COLUMNS);
    }
  }

  rows(): OrganizationRows {
    return {
      raw: [...this.#raw.values()].flatMap((rows) => [...rows.values()]),
      interfaces: [...this.#interfaces.values()],
      details: [...this.#details.values()],
      upgrades: [...this.#upgrades.values()],
    };
  }

  #addInterface({ tags, time, interfaceName, fields }: PointOf<'interfaces'>): void {
    const key = JSON.stringify([time, tags.router_id, interfaceName]);
    const earlier = this.#interfaces.get(key);
    this.#interfaces.set(key, {
      routerId: tags.router_id,
      name: interfaceName,
      time,
      inRate: fields.in_bytes_rate ?? earlier?.inRate ?? null,
      outRate: fields.out_bytes_rate ?? earlier?.outRate ?? null,
      errors: fields.error_count ?? earlier?.errors ?? null,
      adminUp: fields.admin_status === 1,
      operUp: fields.oper_status === 1,
    });
  }

  #rowOf({ tags: { router_id: routerId }, time }: Point): RawRow {
    let rows = this.#raw.get(routerId);
    if (rows === undefined) this.#raw.set(routerId, (rows = new Map()));
    let row = rows.get(time);
    if (row === undefined) {
      row = { routerId, time, cpu: null, memoryFree: null, critical: null, warning: null };
      rows.set(time, row);
    }
    return row;
  }
}

/** Adds a row of the fields that have no column, if there are any. */
function addDetails(
  rows: Map<string, DetailRow>,
  { measurement, tags, time, fields }: Point,
  part: string,
  columns: ReadonlySet<string>,
): void {
  const others = withoutColumns(fields, columns);
  if (others === null) return;
  const key = JSON.stringify([time, tags.router_id, measurement, part]);
  const merged = { ...rows.get(key)?.fields, ...others };
  rows.set(key, { routerId: tags.router_id, measurement, part, time, fields: merged });
}

/** Null if there are none, as with most points. */
function withoutColumns(
  fields: Readonly<Record<string, FieldValue | undefined>>,
  columns: ReadonlySet<string>,
): Record<string, FieldValue> | null {
  let others: Record<string, FieldValue> | null = null;
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== undefined && !columns.has(name)) (others ??= {})[name] = value;
  }
  return others;
}
