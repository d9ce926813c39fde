import type postgres from 'postgres';

/**
 * Lets tests say what time it is for the audit trail: its functions then ask `test.clock`, a setting of the session, and the real clock
 * where it is not set.
 */
export async function fakeAuditClock(admin: postgres.Sql): Promise<void> {
  for (const name of ['audit_append_batch(jsonb)', 'audit_ensure_partitions(integer)']) {
    const [row] = await admin<{ source: string }[]>`
      SELECT pg_get_functiondef(${name}::regprocedure) AS source`;
    const clock = "coalesce(nullif(current_setting('test.clock', true), '')::timestamptz, clock_timestamp())";
    await admin.unsafe(row?.source.replaceAll('clock_timestamp()', clock) ?? '');
  }
}

/** Appends events of an organization as they would have been appended at that time, in the partition of their month. */
export async function appendAt(
  admin: postgres.Sql,
  organizationId: string,
  time: string,
  targets: readonly string[],
): Promise<void> {
  const events = targets.map((target) => ({
    actor_name: 'ben',
    actor_role: 'operator',
    action: 'router.set',
    target_type: 'router',
    target_id: target,
    source: 'cli',
    correlation_id: '',
  }));
  await admin.begin(async (sql) => {
    await sql`SELECT set_config('test.clock', ${time}, true), set_config('app.current_org_id', ${organizationId}, true)`;
    await sql`SELECT audit_ensure_partitions(0)`;
    await sql`SELECT audit_append_batch(${sql.json(events)})`;
  });
}
