import type { Point } from '../../model/telemetry.ts';

/** What a router sent at one time, but for its interfaces, as a row of telemetry_raw. */
export interface RawRow {
  readonly routerId: string;
  readonly time: number;
  cpu: number | null;
  memoryFree: number | null;
  critical: number | null;
  warning: number | null;
}

export type InterfacePoint = Extract<Point, { measurement: 'interfaces' }>;

/** One organization's points as rows, one for each primary key: the last of several points with the same series and time wins. */
export interface OrganizationRows {
  readonly raw: readonly RawRow[];
  readonly interfaces: readonly InterfacePoint[];
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

class RowBuilder {
  // By router and then by time: cheaper than a key made of both.
  readonly #raw = new Map<string, Map<number, RawRow>>();
  readonly #interfaces = new Map<string, InterfacePoint>();

  add(point: Point): void {
    if (point.measurement === 'cpu') this.#rowOf(point).cpu = point.fields.usage_percent;
    else if (point.measurement === 'memory') this.#rowOf(point).memoryFree = point.fields.free_percent;
    else if (point.measurement === 'errors') this.#rowOf(point)[point.severity] = point.fields.error_count;
    else this.#interfaces.set(JSON.stringify([point.time, point.tags.router_id, point.interfaceName]), point);
  }

  rows(): OrganizationRows {
    return {
      raw: [...this.#raw.values()].flatMap((rows) => [...rows.values()]),
      interfaces: [...this.#interfaces.values()],
    };
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
