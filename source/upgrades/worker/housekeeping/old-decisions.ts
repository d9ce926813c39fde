import type { Database } from '../../../postgres/database.ts';
import { expireDecisions } from '../../../postgres/expire-decisions.ts';
import { organizationIds } from '../../../postgres/organization-ids.ts';
import type { Duty, WorkerLog } from '../duty.ts';

/** Days are what is promised, so an hour is soon enough. */
const INTERVAL_MS = 3_600_000;
const DAY_MS = 86_400_000;
const KEPT_DAYS = 90;

/** Removes decisions that nobody needs any more, of every organization: old ones, but for the newest on each router and those about an upgrade. */
export function oldDecisionsDuty(database: Database, log: WorkerLog, now: () => Date): Duty {
  return {
    name: 'old decisions',
    intervalMs: INTERVAL_MS,
    async run() {
      const before = new Date(now().getTime() - KEPT_DAYS * DAY_MS);
      let removed = 0;
      for (const id of await organizationIds(database)) {
        removed += await expireDecisions(database.organization(id), before);
      }
      if (removed > 0) log.info(`old decisions: removed ${removed} that were older than ${KEPT_DAYS} days.`);
    },
  };
}
