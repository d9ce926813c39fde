import type postgres from 'postgres';

/** What a request wrote for one router. */
export interface WrittenUpgrade {
  readonly router_id: string;
  readonly status: string;
  readonly schedule_kind: string;
  readonly change_reference: string | null;
  readonly version: string;
  /** Steps that are pending, and rows of the audit trail. */
  readonly steps: number;
  readonly audit: number;
}

/** All upgrades there are, by router. */
export function writtenUpgrades(admin: postgres.Sql): Promise<readonly WrittenUpgrade[]> {
  return admin<WrittenUpgrade[]>`
    SELECT u.router_id, u.status, u.schedule_kind, u.change_reference, u.to_ver AS version,
      (SELECT count(*)::int FROM upgrade_steps AS s WHERE s.upgrade_id = u.id AND s.status = 'pending') AS steps,
      (SELECT count(*)::int FROM audit_events AS a WHERE a.upgrade_id = u.id) AS audit
    FROM upgrades AS u ORDER BY u.router_id`;
}

/** Upgrades, steps and audit rows of upgrades, counted apart: half of a request would show. */
export async function countWritten(admin: postgres.Sql): Promise<readonly number[]> {
  const [row] = await admin<{ counts: number[] }[]>`
    SELECT ARRAY[(SELECT count(*)::int FROM upgrades), (SELECT count(*)::int FROM upgrade_steps),
      (SELECT count(*)::int FROM audit_events WHERE upgrade_id IS NOT NULL)] AS counts`;
  return row?.counts ?? [];
}
