import type { HealthSummary } from '../../model/health.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import type { TelemetryStore, TimeWindow } from '../../telemetry/store.ts';
import type { Caller } from '../caller.ts';

/** What the tools of the telemetry server work with. */
export interface InfluxContext {
  readonly caller: Caller;
  /** The caller's organization, for the names of its routers. */
  readonly scope: OrganizationScope;
  readonly telemetry: TelemetryStore;
  readonly fleet: FleetReader;
  readonly integrity: IntegrityReader;
  readonly now: () => Date;
}

/** The health of every router of an organization, and of which time it is. */
export interface FleetSnapshot {
  readonly window: TimeWindow;
  readonly health: ReadonlyMap<string, HealthSummary>;
}

export type FleetReader = (organizationId: string, window: TimeWindow) => Promise<FleetSnapshot>;

/** What is wrong with an organization's points. */
export interface IntegrityFindings {
  /** `readings`: every point was looked at. `constraints`: the tables take no others. */
  readonly checkedBy: 'readings' | 'constraints';
  readonly outside: readonly {
    readonly measurement: string;
    readonly field: string;
    readonly min: number | null;
    readonly max: number | null;
    readonly points: number;
    readonly routerIds: readonly string[];
  }[];
  /** Points without a tag that they must have, by measurement. */
  readonly untagged: readonly { readonly measurement: string; readonly points: number }[];
  /** Fields of another type than ours, whose values cannot be compared: `cpu.load_1m is string, not double`. */
  readonly otherTypes: readonly string[];
}

export type IntegrityReader = (organizationId: string, window: TimeWindow) => Promise<IntegrityFindings>;
