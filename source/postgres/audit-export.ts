import type { OrganizationScope } from './database.ts';

const SIZES = { first: 500, rest: 5000 };

/** PostgreSQL writes the times: a Date would lose the microseconds, which are part of what is hashed. */
const time = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${column}`;

/** The columns of an exported row, in their order, each as text; `before` and `after` are JSON. */
export const AUDIT_EXPORT_COLUMNS = [
  'seq',
  'timestamp',
  'occurred_at',
  'actor_id',
  'actor_name',
  'actor_role',
  'action',
  'target_type',
  'target_id',
  'router_id',
  'upgrade_id',
  'before',
  'after',
  'reason',
  'source',
  'correlation_id',
  'prev_hash',
  'hash',
] as const;

type Column = (typeof AUDIT_EXPORT_COLUMNS)[number];

const SELECTED = AUDIT_EXPORT_COLUMNS.map((column) => {
  if (column === 'timestamp') return time('"timestamp"');
  if (column === 'occurred_at') return time(column);
  return column.endsWith('hash') ? `encode(${column}, 'hex') AS ${column}` : `${column}::text`;
}).join(', ');

/** A row of the export: its columns' texts, null where there is none. */
export type ExportedAuditRow = ReadonlyMap<Column, string | null>;

/**
 * The organization's audit rows that were appended from `from` (included) to `to` (excluded), in the chain's order, from one
 * snapshot. See `readBatches` for how long the loop may take over each batch.
 */
export async function* exportAudit(
  scope: OrganizationScope,
  { from, to }: { readonly from: Date; readonly to: Date },
): AsyncGenerator<readonly ExportedAuditRow[]> {
  const batches = scope.batches(
    (sql) => sql`
      SELECT ${sql.unsafe(SELECTED)} FROM audit_events
      WHERE audit_events."timestamp" >= ${from} AND audit_events."timestamp" < ${to}
      ORDER BY audit_events.seq, audit_events."timestamp"`,
    SIZES,
  );
  for await (const rows of batches) yield rows.map(named);
}

function named(values: readonly unknown[]): ExportedAuditRow {
  return new Map(
    AUDIT_EXPORT_COLUMNS.map((column, index) => {
      const value = values[index];
      return [column, typeof value === 'string' ? value : null];
    }),
  );
}
