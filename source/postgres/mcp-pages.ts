import { z } from 'zod';
import type { Router, RouterStatus } from '../model/router.ts';
import type { OrganizationScope } from './database.ts';
import { ROUTER_COLUMNS, RouterReader } from './router-row.ts';

/** Some rows in their order, and whether more follow. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly more: boolean;
}

export interface RouterFilter {
  /** How the host name begins. */
  readonly hostname?: string | undefined;
  readonly site?: string | undefined;
  readonly vendor?: string | undefined;
  readonly model?: string | undefined;
  readonly status?: RouterStatus | undefined;
  readonly runningVersion?: string | undefined;
}

/** Routers by host name, from the one after `after` on. */
export async function pageRouters(
  { sql }: OrganizationScope,
  filter: RouterFilter,
  after: string | null,
  limit: number,
): Promise<Page<Router>> {
  const { hostname, site, vendor, model, status, runningVersion } = filter;
  const found = await sql`
    SELECT ${sql.unsafe(ROUTER_COLUMNS)} FROM fleet
    WHERE ${after === null ? sql`true` : sql`hostname COLLATE "C" > ${after}`}
      AND ${hostname === undefined ? sql`true` : sql`hostname COLLATE "C" ^@ ${hostname}`}
      AND ${site === undefined ? sql`true` : sql`site = ${site}`}
      AND ${vendor === undefined ? sql`true` : sql`vendor = ${vendor}`}
      AND ${model === undefined ? sql`true` : sql`model = ${model}`}
      AND ${status === undefined ? sql`true` : sql`status = ${status}`}
      AND ${runningVersion === undefined ? sql`true` : sql`current_ver = ${runningVersion}`}
    ORDER BY hostname COLLATE "C" LIMIT ${limit + 1}`.values();
  const reader = new RouterReader();
  const page = cut(found, limit);
  return { rows: page.rows.map((row) => reader.read(row)), more: page.more };
}

const readySchema = z.array(
  z.object({
    id: z.string(),
    hostname: z.string(),
    current_ver: z.string(),
    target_ver: z.string(),
    policy_id: z.string().nullable(),
    max_cpu_percent: z.number().nullable(),
    min_free_mem_percent: z.number().nullable(),
  }),
);

/** A row of the view `ready_for_upgrade`. */
export type ReadyRow = z.infer<typeof readySchema>[number];

/** Active routers that do not run their target, by host name, from the one after `after` on. */
export async function pageReady(
  { sql }: OrganizationScope,
  after: string | null,
  limit: number,
): Promise<Page<ReadyRow>> {
  const found = await sql`
    SELECT id, hostname, current_ver, target_ver, policy_id::text, max_cpu_percent::float8, min_free_mem_percent::float8
    FROM ready_for_upgrade WHERE ${after === null ? sql`true` : sql`hostname COLLATE "C" > ${after}`}
    ORDER BY hostname COLLATE "C" LIMIT ${limit + 1}`;
  return cut(readySchema.parse(found), limit);
}

const successSchema = z.array(
  z.object({
    router_id: z.string(),
    total_upgrades: z.number(),
    successful: z.number(),
    success_rate: z.number(),
  }),
);

/** A row of the view `upgrade_success_rate`: the last 90 days of one router. */
export type SuccessRow = z.infer<typeof successSchema>[number];

/** Routers by how often their upgrades succeeded, best first, from the one after `after` on. */
export async function pageSuccess(
  { sql }: OrganizationScope,
  routerId: string | undefined,
  after: { readonly rate: number; readonly routerId: string } | null,
  limit: number,
): Promise<Page<SuccessRow>> {
  const found = await sql`
    SELECT router_id, total_upgrades::int, successful::int, success_rate::float8 FROM upgrade_success_rate
    WHERE ${routerId === undefined ? sql`true` : sql`router_id = ${routerId}`}
      AND ${
        after === null
          ? sql`true`
          : sql`(success_rate < ${after.rate}::numeric
              OR success_rate = ${after.rate}::numeric AND router_id COLLATE "C" > ${after.routerId})`
      }
    ORDER BY upgrade_success_rate.success_rate DESC, router_id COLLATE "C" LIMIT ${limit + 1}`;
  return cut(successSchema.parse(found), limit);
}

function cut<Row>(found: readonly Row[], limit: number): Page<Row> {
  return { rows: found.slice(0, limit), more: found.length > limit };
}
