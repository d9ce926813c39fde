import type { Database, OrganizationScope } from './database.ts';

/** A worker or collector that is on record, whether it is there still or has ended without a word. */
export interface KnownProcess {
  readonly host: string;
  readonly pid: number;
  readonly programVersion: string;
  readonly isThere: boolean;
  readonly seenAt: Date;
}

/** The workers of the last day. */
export async function knownWorkers({ unscoped }: Pick<Database, 'unscoped'>): Promise<readonly KnownProcess[]> {
  return unscoped<KnownProcess[]>`
    SELECT host, pid, program_version AS "programVersion", seen_at > now() - interval '15 seconds' AS "isThere", seen_at AS "seenAt"
    FROM workers ORDER BY host, pid`;
}

export interface KnownCollector extends KnownProcess {
  readonly routers: number;
  /** How many of them do not answer. */
  readonly silent: number;
}

/** The collectors of the last day. */
export async function knownCollectors({ unscoped }: Pick<Database, 'unscoped'>): Promise<readonly KnownCollector[]> {
  return unscoped<KnownCollector[]>`
    SELECT host, pid, program_version AS "programVersion", lease_expires_at > now() AS "isThere", seen_at AS "seenAt", routers, silent
    FROM collectors ORDER BY host, pid`;
}

/** Upgrades of an organization that nobody carries out. */
export interface LeftUpgrades {
  /** That are due since a minute, and not begun. */
  readonly due: number;
  /** That were begun, and that no worker has had since two minutes. */
  readonly begun: number;
}

export async function leftUpgrades({ sql }: Pick<OrganizationScope, 'sql'>): Promise<LeftUpgrades> {
  const [row] = await sql<[LeftUpgrades]>`
    SELECT count(*) FILTER (WHERE u.status <> 'running' AND q.due_at < now() - interval '1 minute')::int AS due,
      count(*) FILTER (WHERE u.status = 'running' AND greatest(q.due_at, q.lease_expires_at) < now() - interval '2 minutes')::int AS begun
    FROM upgrade_queue AS q JOIN upgrades AS u ON u.organization_id = q.organization_id AND u.id = q.upgrade_id
    WHERE q.due_at IS NOT NULL AND (q.lease_expires_at IS NULL OR q.lease_expires_at < now())`;
  return row;
}

/** Rows of an organization's audit trail that no checkpoint covers, if the newest is older than half an hour; 0 otherwise. */
export async function longUnsignedRows({ sql }: Pick<OrganizationScope, 'sql'>): Promise<number> {
  const [row] = await sql<{ rows: number }[]>`
    SELECT (h.seq - c.seq)::float8 AS rows FROM audit_heads AS h,
      LATERAL (SELECT coalesce(max(seq), 0) AS seq, max("timestamp") AS at FROM audit_checkpoints AS own
        WHERE own.organization_id = h.organization_id) AS c
    WHERE h.organization_id = current_org_id() AND h.seq > c.seq AND EXISTS (
      SELECT FROM audit_events AS e WHERE e.organization_id = h.organization_id AND e.seq = c.seq + 1
        AND e."timestamp" < now() - interval '30 minutes')`;
  return row?.rows ?? 0;
}
