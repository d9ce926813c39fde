import type { OrganizationScope } from '../../postgres/database.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import type { Caller } from '../caller.ts';

/** What the tools of the PostgreSQL server work with. */
export interface PostgresContext {
  readonly caller: Caller;
  /** For reading: the caller's organization, on a login that can write nothing. */
  readonly scope: OrganizationScope;
  /** For requests; null where the server has no login for them, or nothing may be changed. */
  readonly requests: RequestParts | null;
  readonly now: () => Date;
}

export interface RequestParts {
  /** The caller's organization on a login that writes. */
  readonly scope: OrganizationScope;
  /** What requests are judged by. */
  readonly telemetry: TelemetryStore;
}
