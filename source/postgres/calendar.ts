import type { CalendarSources, CalendarWindow, ScheduledUpgrades } from '../model/calendar.ts';
import { listBlackouts } from './blackouts.ts';
import type { OrganizationScope } from './database.ts';
import { listPolicies } from './policies.ts';

/** Groups of upgrades that are read at most. */
const MOST_GROUPS = 5000;

/** The windows of the policies that apply to routers. Finding out to how many costs as much as the whole fleet. */
export async function readCalendarWindows(scope: OrganizationScope): Promise<readonly CalendarWindow[]> {
  const policies = await listPolicies(scope);
  return policies.flatMap(({ id, name, site, window, shared, routers }) =>
    window === null || routers === 0 ? [] : [{ policyId: id, name, site, window, shared, routers }],
  );
}

/** What else lies in the organization's calendar from a time on. Upgrades that begin as soon as they are approved have no place in it. */
export async function readCalendar(scope: OrganizationScope, from: Date): Promise<Omit<CalendarSources, 'windows'>> {
  const [blackouts, upgrades, zones] = await Promise.all([
    listBlackouts(scope, from),
    scheduledUpgrades(scope, from),
    scope.sql<{ name: string; zone: string }[]>`SELECT name, time_zone AS zone FROM sites ORDER BY name`,
  ]);
  return { blackouts, upgrades, zones: new Map(zones.map(({ name, zone }) => [name, zone])) };
}

async function scheduledUpgrades({ sql }: OrganizationScope, from: Date): Promise<readonly ScheduledUpgrades[]> {
  return sql<ScheduledUpgrades[]>`
    SELECT u.scheduled_at AS "from", u.window_ends_at AS "to", u.batch_id AS "batchId", u.wave, plan.waves,
      count(*)::int AS count, count(*) FILTER (WHERE u.status = 'pending')::int AS pending, min(u.id)::text AS "upgradeId",
      min(r.hostname COLLATE "C") AS hostname, coalesce(min(s.time_zone), 'UTC') AS "timeZone",
      (array_agg(DISTINCT s.name) FILTER (WHERE s.name IS NOT NULL))[1:3] AS sites
    FROM upgrades AS u
    JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
    LEFT JOIN upgrade_plans AS plan ON plan.organization_id = u.organization_id AND plan.id = u.batch_id
    WHERE u.status IN ('pending', 'approved', 'scheduled', 'running', 'paused') AND u.scheduled_at IS NOT NULL
      AND coalesce(u.window_ends_at, u.scheduled_at) >= ${from}
    GROUP BY u.scheduled_at, u.window_ends_at, u.batch_id, u.wave, plan.waves
    ORDER BY u.scheduled_at, u.batch_id, u.wave
    LIMIT ${MOST_GROUPS}`.then((rows) => rows.map((row) => ({ ...row, sites: row.sites ?? [] })));
}

/** How many upgrades that have not begun have their start in a time, at a site or anywhere: a blackout then would keep them waiting. */
export async function upgradesToBegin(
  { sql }: Pick<OrganizationScope, 'sql'>,
  { site, from, to }: { readonly site: string | null; readonly from: Date; readonly to: Date },
): Promise<number> {
  const [row] = await sql<[{ count: number }]>`
    SELECT count(*)::int AS count
    FROM upgrades AS u
    JOIN routers AS r ON r.organization_id = u.organization_id AND r.id = u.router_id
    LEFT JOIN sites AS s ON s.organization_id = r.organization_id AND s.id = r.site_id
    WHERE u.status IN ('pending', 'approved', 'scheduled') AND u.scheduled_at >= ${from} AND u.scheduled_at < ${to}
      AND (${site}::text IS NULL OR s.name = ${site})`;
  return row.count;
}
