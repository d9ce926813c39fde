import type postgres from 'postgres';
import { PLATFORMS } from '../model/platform.ts';
import { sameVersion } from '../model/version.ts';
import { z } from 'zod';
import { appendAudit, type ProgramActor } from './audit.ts';

/** What a collector saw of a router. */
export interface Observation {
  readonly routerId: string;
  /** When, milliseconds since the epoch. */
  readonly at: number;
  /** Null: not read. */
  readonly version: string | null;
  readonly serial: string | null;
  /** Whether it answers, where that is another than was told before; null: the same. */
  readonly answers: boolean | null;
}

/** What was read so shortly after the end of an upgrade may have been read before it: the two clocks may differ by so much. */
const AFTER_UPGRADE = '1 minute';

const rowSchema = z.object({
  id: z.string(),
  version: z.string(),
  serial: z.string().nullable(),
  status: z.string(),
  platform: z.enum(PLATFORMS).nullable(),
  byCollector: z.boolean(),
  /** An upgrade has it, or had it when it was read: then the version is the upgrade's to say. */
  upgrading: z.boolean(),
});
type Row = z.output<typeof rowSchema>;
type Columns = Readonly<Record<string, string | null>>;

/**
 * Writes what differs from the inventory, with an audit row for each router: its running version and serial number; and its status, which
 * becomes `offline` if it was `active` and does not answer, and `active` again if it answers and a collector had said `offline`. What a
 * person said of the status is left, and so is all of a router that is being upgraded. Part of a transaction, of which it must be the
 * last statement.
 */
export async function observeRouters(
  sql: postgres.TransactionSql,
  actor: ProgramActor,
  observations: readonly Observation[],
): Promise<void> {
  const found = await sql`
    SELECT r.id, r.current_ver AS version, r.serial, r.status, m.platform,
      EXISTS (SELECT FROM router_health AS h WHERE h.organization_id = r.organization_id AND h.router_id = r.id
        AND h.offline_since IS NOT NULL) AS "byCollector",
      EXISTS (SELECT FROM upgrades AS u WHERE u.organization_id = r.organization_id AND u.router_id = r.id
        AND (u.status IN ('running', 'paused') OR u.finished_at > to_timestamp(g.at / 1000) - ${AFTER_UPGRADE}::interval)) AS upgrading
    FROM routers AS r
    JOIN unnest(${observations.map(({ routerId }) => routerId)}::text[], ${observations.map(({ at }) => at)}::float8[]) AS g (id, at)
      ON g.id = r.id
    LEFT JOIN models AS m ON m.id = r.model_id
    WHERE r.organization_id = current_org_id() AND r.status <> 'retired'
    ORDER BY r.id FOR NO KEY UPDATE OF r`;
  const rows = new Map(found.map((row) => [String(row['id']), rowSchema.parse(row)]));
  const changes = observations.flatMap((observation) => {
    const row = rows.get(observation.routerId);
    const after = row === undefined || row.upgrading ? {} : differences(row, observation);
    return row === undefined || Object.keys(after).length === 0 ? [] : [{ row, after }];
  });
  await noteAnswers(sql, observations, rows);
  if (changes.length === 0) return;
  const wanted = changes.map(({ row, after }) => ({ id: row.id, ...after }));
  await sql`
    UPDATE routers AS r SET current_ver = coalesce(w.current_ver, r.current_ver), serial = coalesce(w.serial, r.serial),
      status = coalesce(w.status, r.status)
    FROM json_to_recordset(${JSON.stringify(wanted)}::text::json) AS w (id text, current_ver text, serial text, status text)
    WHERE r.organization_id = current_org_id() AND r.id = w.id`;
  await appendAudit(
    sql,
    changes.map(({ row, after }) => ({
      actor,
      action: 'router.observe',
      targetType: 'router',
      targetId: row.id,
      routerId: row.id,
      before: Object.fromEntries(Object.keys(after).map((column) => [column, columnsOf(row)[column] ?? null])),
      after,
      reason: reasonOf(after),
    })),
  );
}

function columnsOf({ version, serial, status }: Row): Columns {
  return { current_ver: version, serial, status };
}

function differences(row: Row, { version, serial, answers }: Observation): Columns {
  const status =
    answers === false && row.status === 'active'
      ? 'offline'
      : answers === true && row.status === 'offline' && row.byCollector
        ? 'active'
        : null;
  return {
    ...(version === null || sameVersion(row.platform, version, row.version) ? {} : { current_ver: version }),
    ...(serial === null || serial === row.serial ? {} : { serial }),
    ...(status === null ? {} : { status }),
  };
}

function reasonOf(after: Columns): string {
  if (after['status'] === 'offline') return 'it does not answer';
  return after['status'] === 'active' ? 'it answers again' : 'the router says so';
}

/** Keeps in mind which routers are offline by a collector's word. */
async function noteAnswers(
  sql: postgres.TransactionSql,
  observations: readonly Observation[],
  rows: ReadonlyMap<string, Row>,
): Promise<void> {
  const of = (answers: boolean): string[] =>
    observations.filter((one) => one.answers === answers).map(({ routerId }) => routerId);
  const silent = of(false).filter((id) => rows.get(id)?.status === 'active' && rows.get(id)?.upgrading === false);
  if (silent.length > 0) {
    await sql`UPDATE router_health SET offline_since = now()
      WHERE organization_id = current_org_id() AND router_id = ANY (${silent}::text[]) AND offline_since IS NULL`;
  }
  const answering = of(true);
  if (answering.length > 0) {
    await sql`UPDATE router_health SET offline_since = NULL
      WHERE organization_id = current_org_id() AND router_id = ANY (${answering}::text[]) AND offline_since IS NOT NULL`;
  }
}
