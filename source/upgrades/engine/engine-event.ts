import type { StepName } from '../../model/upgrade.ts';

/** The upgrade that something happens in, as logs name it. */
export interface EventUpgrade {
  readonly upgradeId: string;
  readonly organizationId: string;
  /** Host name of its router. */
  readonly router: string;
  /** What the worker's own audit rows have as their correlation id. */
  readonly correlationId: string;
  /** What the audit row of its request has; null if nobody requested it here, as after a move from version 1. */
  readonly requestId: string | null;
}

/** What a worker does, for logs and metrics. Never what a device prints. */
export type EngineEvent = EventUpgrade &
  (
    | { readonly event: 'taken'; readonly again: boolean }
    | { readonly event: 'command'; readonly step: StepName | null; readonly command: string }
    | { readonly event: 'step'; readonly step: StepName; readonly result: 'success' | 'skipped' | 'failed' | 'held' }
  );
