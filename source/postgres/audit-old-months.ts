import type postgres from 'postgres';
import { UserError } from '../config/user-error.ts';

/** A month of the audit trail that is over. */
export interface OldMonth {
  /** `2026-01` */
  readonly month: string;
  /** Its table. */
  readonly partition: string;
}

/** What an organization has in a month. */
export interface MonthEnd {
  readonly organizationId: string;
  readonly slug: string;
  /** Places of its first and last row of the month. */
  readonly first: string;
  readonly until: string;
  /** Of the last row, in hexadecimal. */
  readonly hash: string;
  readonly rows: number;
}

/**
 * The months that have a table and ended `keep` whole months before this one began, oldest first. As `netup_owner`. Throws a `UserError`
 * if rows of such a time are in no month's table: they would be left behind, and the trail would begin with a gap.
 */
export async function oldMonths(sql: postgres.TransactionSql, keep: number): Promise<readonly OldMonth[]> {
  const [limit] = await sql<{ limit: string; stray: boolean }[]>`
    SELECT l::text AS limit, EXISTS (SELECT FROM audit_events_default AS d WHERE d."timestamp" < l) AS stray
    FROM (SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') - make_interval(months => ${keep})) AT TIME ZONE 'UTC' AS l) AS x`;
  if (limit === undefined) return [];
  if (limit.stray) {
    throw new UserError(
      'Rows of old months have no month of their own yet: run `netup-tui migrate`, which moves them, and try again.',
    );
  }
  return sql<OldMonth[]>`
    SELECT replace(right(relname, 7), '_', '-') AS month, relname::text AS partition
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'audit_events'::regclass AND relname ~ '^audit_events_[0-9]{4}_[0-9]{2}$'
      AND to_timestamp(right(relname, 7) || ' 00+00', 'YYYY_MM HH24TZH') < ${limit.limit}::text::timestamptz
    ORDER BY relname`;
}

/** What each organization has in a month's table, which row-level security does not cover. As `netup_owner`. */
export async function monthEnds(sql: postgres.TransactionSql, partition: string): Promise<readonly MonthEnd[]> {
  return sql<MonthEnd[]>`
    SELECT s.organization_id AS "organizationId", o.slug, s.first::text, s.until::text, encode(e.hash, 'hex') AS hash, s.rows
    FROM (
      SELECT organization_id, min(seq) AS first, max(seq) AS until, count(*)::int AS rows
      FROM ${sql(partition)} GROUP BY organization_id
    ) AS s
    JOIN ${sql(partition)} AS e ON e.organization_id = s.organization_id AND e.seq = s.until
    JOIN organizations AS o ON o.id = s.organization_id
    ORDER BY s.organization_id`;
}
