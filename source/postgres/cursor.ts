import type postgres from 'postgres';
import { openTransaction } from './open-transaction.ts';
import type { Pool } from './pool.ts';

/**
 * Reads the rows of one query in batches, all from the same snapshot of the database: the first batch small, so that there is
 * something to show soon, the others large. Rows are arrays of column values. The connection is taken until the last batch is
 * read or the loop is left; the server ends the transaction if a batch is not asked for within a minute.
 */
export async function* readBatches(
  pool: Pool,
  organizationId: string,
  select: (sql: postgres.TransactionSql) => postgres.PendingQuery<postgres.Row[]>,
  sizes: { readonly first: number; readonly rest: number },
): AsyncGenerator<readonly (readonly unknown[])[]> {
  const transaction = await openTransaction(pool, organizationId);
  try {
    const { sql } = transaction;
    await sql`DECLARE batches NO SCROLL CURSOR FOR ${select(sql)}`;
    let size = sizes.first;
    let coming = fetchRows(sql, size);
    for (;;) {
      const rows = await coming;
      const isLast = rows.length < size;
      size = sizes.rest;
      // The server works on the next batch while this one is used.
      if (!isLast) coming = fetchRows(sql, size);
      if (rows.length > 0) yield rows;
      if (isLast) return;
    }
  } finally {
    await transaction.rollback();
  }
}

function fetchRows(sql: postgres.TransactionSql, size: number): Promise<readonly (readonly unknown[])[]> {
  const rows = sql
    .unsafe(`FETCH ${Math.trunc(size)} FROM batches`)
    .values()
    .execute();
  // It is awaited when it is wanted; until then its failure is not one that nobody looks at.
  rows.catch(() => undefined);
  return rows;
}
