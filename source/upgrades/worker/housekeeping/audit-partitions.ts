import { ensureAuditPartitions } from '../../../postgres/audit-partitions.ts';
import type { Database } from '../../../postgres/database.ts';
import type { Duty, WorkerLog } from '../duty.ts';

/** A month is made three months ahead, so an hour is soon enough; rows that came before their month was made wait no longer than that. */
const INTERVAL_MS = 3_600_000;

/** Makes the audit trail's months ahead, and moves rows there that came before their month was made. */
export function auditPartitionsDuty(database: Database, log: WorkerLog): Duty {
  return {
    name: 'audit partitions',
    intervalMs: INTERVAL_MS,
    async run() {
      const made = await ensureAuditPartitions(database);
      if (made > 0) log.info(`audit partitions: made ${made === 1 ? '1 month' : `${made} months`}.`);
    },
  };
}
