import type { Database } from './database.ts';

/** A month of the audit trail. */
export interface AuditMonth {
  /** `2026-03`. */
  readonly month: string;
  /** Whether it has a partition of its own. */
  readonly made: boolean;
  /** Rows of it, of all organizations, that came while it had none. */
  readonly stray: number;
}

/** This month, so many after it, and every month that has rows outside of a partition of its own; in their order. */
export async function listAuditMonths(database: Database, ahead: number): Promise<readonly AuditMonth[]> {
  return database.unscoped<AuditMonth[]>`
    SELECT to_char(month, 'YYYY-MM') AS month, made, stray::int AS stray FROM audit_months(${ahead}) ORDER BY month`;
}
