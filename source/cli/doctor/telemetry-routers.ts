import { plural } from '../../console/format/numbers.ts';
import type { TelemetryStore } from '../../telemetry/store.ts';
import type { Context } from '../context.ts';
import { findSession } from '../session.ts';
import { fail, type Finding, ok, reason } from './finding.ts';
import { routerList } from './router-list.ts';

const MINUTE = 60_000;

export interface RouterChecks {
  readonly context: Context;
  readonly store: TelemetryStore;
  readonly now: number;
  /** Silence that is too long, minutes. */
  readonly staleMinutes: number;
}

/** Which active routers of the operator's organizations have sent nothing for a while: readings of CPU, memory or errors. */
export async function checkRouters(checks: RouterChecks): Promise<readonly Finding[]> {
  try {
    const { memberships } = await findSession(checks.context.database, checks.context.settings);
    const findings: Finding[] = [];
    for (const { organizationId, slug } of memberships)
      findings.push(await checkOrganization(checks, organizationId, slug));
    return findings;
  } catch (error) {
    return [fail('routers', reason(error), 'Without the inventory, nobody knows which routers should be sending.')];
  }
}

/** The same points, ahead of the clock; for a store that cannot be asked otherwise. */
export async function checkRoutersAhead({ context, store, now }: RouterChecks): Promise<readonly Finding[]> {
  try {
    const { memberships } = await findSession(context.database, context.settings);
    const ahead: string[] = [];
    for (const { organizationId } of memberships) {
      ahead.push(...(await store.fleetHealth(organizationId, { start: now + MINUTE, end: now + 60 * MINUTE })).keys());
    }
    if (ahead.length === 0) return [ok('clock', 'no point is more than a minute ahead')];
    return [
      fail(
        'clock',
        `points are more than a minute ahead: ${routerList(ahead)}`,
        'Set the clocks of these routers, or of this machine (NTP).',
      ),
    ];
  } catch (error) {
    return [fail('clock', reason(error), 'Without an answer, nothing is known of this; see `netup-tui doctor`.')];
  }
}

async function checkOrganization(
  { context, store, now, staleMinutes }: RouterChecks,
  organizationId: string,
  slug: string,
): Promise<Finding> {
  const active = await context.database.organization(organizationId).sql<{ id: string }[]>`
    SELECT id FROM routers WHERE status = 'active'`;
  const heard = await store.fleetHealth(organizationId, { start: now - staleMinutes * MINUTE, end: now + 5 * MINUTE });
  const silent = active.map(({ id }) => id).filter((id) => !heard.has(id));
  const routers = plural(active.length, 'active router');
  if (silent.length === 0)
    return ok('routers', `${slug}: ${routers}, none silent for ${plural(staleMinutes, 'minute')}`);
  return fail(
    'routers',
    `${slug}: ${plural(silent.length, 'router')} of ${active.length} active sent nothing for ${plural(staleMinutes, 'minute')}: ${routerList(silent)}`,
    'Gates of upgrades take no answer from old figures. See whether the collector asks them; `netup-tui router check HOST` asks one.',
  );
}
