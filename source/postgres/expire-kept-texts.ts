import { appendAudit } from './audit.ts';
import type { OrganizationScope } from './database.ts';
import { KEPT_TABLES } from './kept-texts.ts';

/** Rows in one transaction. */
const BATCH = 500;

/**
 * Deletes the organization's configurations and outputs that were kept before a time, with one audit row for each batch. Returns how many. `program`
 * is who does it, for the trail.
 */
export async function expireKeptTexts(scope: OrganizationScope, before: Date, program: string): Promise<number> {
  let deleted = 0;
  for (const table of KEPT_TABLES) {
    for (;;) {
      const found = await scope.transaction(async (sql) => {
        // Several workers do this at the same time: each takes what no other has.
        const rows = await sql<{ upgradeId: string }[]>`
          DELETE FROM ${sql(table)} WHERE ctid = ANY (ARRAY (
            SELECT ctid FROM ${sql(table)} WHERE taken_at < ${before} ORDER BY taken_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))
          RETURNING upgrade_id::text AS "upgradeId"`;
        if (rows.length === 0) return 0;
        const upgrades = [...new Set(rows.map(({ upgradeId }) => upgradeId))];
        await appendAudit(sql, [
          {
            actor: { program, source: 'worker', correlationId: 'retention' },
            action: 'upgrade.expire',
            targetType: table,
            targetId: before.toISOString(),
            before: { rows: rows.length, upgrades },
          },
        ]);
        return rows.length;
      });
      deleted += found;
      if (found < BATCH) break;
    }
  }
  return deleted;
}
