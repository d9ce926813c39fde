import type { OrganizationScope } from '../postgres/database.ts';
import type { TelemetryStore } from '../telemetry/store.ts';

/** What decisions on upgrades need: the organization's rows, and the time. */
export interface DecisionServices {
  readonly scope: OrganizationScope;
  readonly now: () => Date;
}

/** What requests need on top: the telemetry that they are judged by. */
export interface RequestServices extends DecisionServices {
  readonly telemetry: TelemetryStore;
}
