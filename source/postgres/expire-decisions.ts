import { appendAudit } from './audit.ts';
import type { OrganizationScope } from './database.ts';

/** Rows in one transaction. */
const BATCH = 1000;

/**
 * Removes the organization's decisions that were made before a time, but for the newest on each router and for those about an upgrade, with one
 * audit row for each batch. Returns how many.
 */
export async function expireDecisions(scope: OrganizationScope, before: Date): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = await scope.transaction(async (sql) => {
      const [row] = await sql<[{ count: number }]>`SELECT expire_decisions(${before}, ${BATCH}) AS count`;
      if (row.count === 0) return 0;
      await appendAudit(sql, [
        {
          actor: { program: 'worker', source: 'worker', correlationId: 'retention' },
          action: 'decision.expire',
          targetType: 'decisions',
          targetId: before.toISOString(),
          before: { rows: row.count },
        },
      ]);
      return row.count;
    });
    removed += count;
    if (count < BATCH) return removed;
  }
}
