import { pointOf } from '../../model/upgrade-points.ts';
import type { Database, OrganizationScope } from '../../postgres/database.ts';
import { dueEvents, markWritten, organizationsWithEvents } from '../../postgres/upgrade-points.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import { CLOCK_SKEW_MS } from '../../telemetry/validate-point.ts';
import type { Duty, WorkerLog } from './duty.ts';
import { impatient } from './impatient.ts';

const INTERVAL_MS = 3000;
/** Points in one request to the store. */
const BATCH = 500;

/** The part of a store that points are written with. */
export type PointWriter = Pick<TelemetryStore, 'write' | 'flush'>;

export interface UpgradePointsOptions {
  readonly database: Database;
  readonly telemetry: PointWriter;
  readonly log: WorkerLog;
}

/**
 * Tells the telemetry store how upgrades go on, from the rows that were written with their steps. A row counts as told when the store has
 * stored everything: in an outage of the store, or of this worker, or while its clock is behind, it is told later, and perhaps twice, which makes one point.
 */
export function upgradePointsDuty({ database, telemetry, log }: UpgradePointsOptions): Duty {
  return {
    name: 'upgrade points',
    intervalMs: INTERVAL_MS,
    run: impatient(() => writeAll(database, telemetry, log)),
  };
}

async function writeAll(database: Database, telemetry: PointWriter, log: WorkerLog): Promise<void> {
  const organizations = await organizationsWithEvents(database);
  if (organizations.length === 0) return;
  // While the store is away, this fails before anything more is handed to it: what waits for it is then one batch and no more.
  await telemetry.flush();
  for (const id of organizations) await writeOrganization(database.organization(id), telemetry, log);
}

async function writeOrganization(scope: OrganizationScope, telemetry: PointWriter, log: WorkerLog): Promise<void> {
  for (;;) {
    const events = await dueEvents(scope, BATCH);
    if (events.length === 0) return;
    const points = events.map(({ event }) => pointOf(event));
    // Their times are the database's, so it is this computer's clock that is behind; the store would refuse them for ever.
    if (points.some(({ time }) => time > Date.now() + CLOCK_SKEW_MS)) return;
    const { refused } = await telemetry.write(points);
    await telemetry.flush();
    await markWritten(scope, events);
    // They would be refused for ever, so they are told of here and not tried again.
    for (const [reason, count] of Object.entries(refused)) {
      log.warn(`upgrade points: ${count} of organization ${scope.organizationId} were refused: ${reason}.`);
    }
  }
}
