import type { Database, OrganizationScope } from './database.ts';

/** A process that carries upgrades out. */
export interface WorkerPresence {
  /** A uuid, new for each start. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly programVersion: string;
  /** How many upgrades it carries out at once. */
  readonly slots: number;
}

/** How long a worker counts as there without a word, in milliseconds: three of its announcements. */
const PRESENT_FOR_MS = 15_000;
/** Workers that have been silent for so long are forgotten. */
const FORGET_AFTER = '1 day';

/** What a worker says of itself again and again. */
export interface WorkerNews {
  /** How many upgrades it has now. */
  readonly busy: number;
  /** How far its clock is ahead of the database's, in milliseconds; null if it does not know. */
  readonly clockAhead: number | null;
}

/** Says that a worker is there; forgets those that have been silent for a day. */
export async function announceWorker(
  database: Database,
  worker: WorkerPresence,
  { busy, clockAhead }: WorkerNews,
): Promise<void> {
  await database.unscoped`
    INSERT INTO workers (id, host, pid, program_version, slots, busy, clock_ahead_ms)
    VALUES (${worker.id}, ${worker.host}, ${worker.pid}, ${worker.programVersion}, ${worker.slots}, ${busy}, ${clockAhead})
    ON CONFLICT (id) DO UPDATE SET busy = excluded.busy, clock_ahead_ms = excluded.clock_ahead_ms, seen_at = now()`;
  await database.unscoped`DELETE FROM workers WHERE seen_at < now() - ${FORGET_AFTER}::interval`;
}

/** Says that a worker is gone. */
export async function dismissWorker(database: Database, id: string): Promise<void> {
  await database.unscoped`DELETE FROM workers WHERE id = ${id}`;
}

/** A worker that is there. */
export interface PresentWorker extends Pick<WorkerPresence, 'host' | 'pid'> {
  /** As in {@link WorkerNews}. */
  readonly clockAhead: number | null;
}

/** The workers that are there. */
export async function listWorkers({ unscoped }: Pick<Database, 'unscoped'>): Promise<readonly PresentWorker[]> {
  return unscoped<PresentWorker[]>`
    SELECT host, pid, clock_ahead_ms::float8 AS "clockAhead" FROM workers
    WHERE seen_at > now() - ${PRESENT_FOR_MS / 1000} * interval '1 second' ORDER BY host, pid`;
}

/** How many workers are there, and how many upgrades they can carry out at once. */
export async function countWorkers({ sql }: Pick<OrganizationScope, 'sql'>): Promise<{
  readonly workers: number;
  readonly slots: number;
  readonly busy: number;
}> {
  const [row] = await sql<[{ workers: number; slots: number; busy: number }]>`
    SELECT count(*)::int AS workers, coalesce(sum(slots), 0)::int AS slots, coalesce(sum(busy), 0)::int AS busy
    FROM workers WHERE seen_at > now() - ${PRESENT_FOR_MS / 1000} * interval '1 second'`;
  return row;
}
