import type { Database } from '../../../postgres/database.ts';
import { expireKeptTexts } from '../../../postgres/expire-kept-texts.ts';
import { organizationIds } from '../../../postgres/organization-ids.ts';
import type { Duty, WorkerLog } from '../duty.ts';

/** Days are what is promised, so an hour is soon enough. */
const INTERVAL_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface KeptTextsOptions {
  readonly database: Database;
  /** How long configurations and outputs of devices are kept. */
  readonly days: number;
  readonly log: WorkerLog;
  readonly now: () => Date;
}

/** Deletes configurations and outputs of devices that are old enough, of every organization. */
export function keptTextsDuty({ database, days, log, now }: KeptTextsOptions): Duty {
  return {
    name: 'old configurations',
    intervalMs: INTERVAL_MS,
    async run() {
      const before = new Date(now().getTime() - days * DAY_MS);
      let deleted = 0;
      for (const id of await organizationIds(database)) {
        deleted += await expireKeptTexts(database.organization(id), before, 'worker');
      }
      if (deleted > 0) {
        const what = deleted === 1 ? '1 configuration or output was' : `${deleted} configurations and outputs were`;
        log.info(`old configurations: ${what} older than ${days} days, and deleted.`);
      }
    },
  };
}
