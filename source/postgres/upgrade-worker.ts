import type { OrganizationScope } from './database.ts';

/** Which process has an upgrade now. */
export interface UpgradeWorker {
  /** Name of its machine. */
  readonly host: string;
  readonly pid: number;
  /** False: it has not renewed its lease in time, so another takes the upgrade over unless it comes back. */
  readonly alive: boolean;
}

/** The worker that has the upgrade; null if none has. */
export async function workerOfUpgrade({ sql }: OrganizationScope, upgradeId: string): Promise<UpgradeWorker | null> {
  const [row] = await sql<[UpgradeWorker?]>`
    SELECT w.host, w.pid, q.lease_expires_at > now() AS alive
    FROM upgrade_queue AS q JOIN workers AS w ON w.id = q.lease_worker
    WHERE q.upgrade_id = ${upgradeId}::bigint AND q.lease_expires_at IS NOT NULL`;
  return row ?? null;
}
