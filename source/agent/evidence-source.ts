import type { Blackout } from '../model/blackout.ts';
import type { PastFailure } from '../model/gate-failures.ts';
import type { HealthSummary } from '../model/health.ts';
import type { FirmwareImage } from '../model/image.ts';
import type { Policy } from '../model/policy.ts';
import type { Router } from '../model/router.ts';

/** A router, and the image that it would go to. */
export interface EvidenceRequest {
  readonly routerId: string;
  readonly imageId: string | null;
  /** The upgrade that is judged, if there is one already: it does not stand in its own way. */
  readonly upgradeId?: string;
}

/** What the inventory says of the routers asked for. */
export interface InventoryEvidence {
  /** By id: those asked for that exist, and the others of their redundancy groups. */
  readonly routers: ReadonlyMap<string, Router>;
  /** Ids of the other routers of its redundancy group that are not retired, by router id. */
  readonly peers: ReadonlyMap<string, readonly string[]>;
  /** By id: those of all of these routers. */
  readonly policies: ReadonlyMap<string, Policy>;
  /** By id: those asked for that exist. */
  readonly images: ReadonlyMap<string, FirmwareImage>;
  /** Those that are not over. */
  readonly blackouts: readonly Blackout[];
  /** Failed and rolled back upgrades since the time given, by router id. */
  readonly failures: ReadonlyMap<string, readonly PastFailure[]>;
}

/** What a router sent in a window. */
export interface TelemetryEvidence {
  readonly health: HealthSummary;
  /** In how many of the window's `COVERAGE_STEPS` equal steps it was read. */
  readonly coveredSteps: number;
}

/**
 * Where the evidence of decisions comes from: our databases, or two servers that stand before them. Both halves answer for any number of
 * routers at once, and reject rather than leave out what could not be asked.
 */
export interface EvidenceSource {
  inventory(
    requests: readonly EvidenceRequest[],
    times: { readonly now: Date; readonly failuresSince: Date },
  ): Promise<InventoryEvidence>;
  /** Of the routers named; absent: it sent nothing in the window. */
  telemetry(
    routerIds: readonly string[],
    window: { readonly start: Date; readonly end: Date },
  ): Promise<ReadonlyMap<string, TelemetryEvidence>>;
}
