import { ago } from '../../console/format/age.ts';
import { plural } from '../../console/format/numbers.ts';
import { organizationIds } from '../../postgres/organization-ids.ts';
import { listQuarantine, type QuarantineEntry } from '../../postgres/quarantine.ts';
import type { ProcessRole } from '../../postgres/safe-role.ts';
import type { Context } from '../context.ts';
import { findSession } from '../session.ts';
import { type Finding, ok, reason, warn } from './finding.ts';

const CHECK = 'quarantine';
const EXAMPLES = 3;

/** What collectors read and did not believe, of the organizations that the login may look at. */
export async function checkQuarantine({ database, settings }: Context, role: ProcessRole): Promise<Finding> {
  try {
    const ids =
      role === 'netup_worker'
        ? await organizationIds(database)
        : (await findSession(database, settings)).memberships.map(({ organizationId }) => organizationId);
    const entries: QuarantineEntry[] = [];
    for (const id of ids) entries.push(...(await listQuarantine(database.organization(id))));
    if (entries.length === 0) return ok(CHECK, 'collectors believe all that they read');
    const now = Date.now();
    const newest = entries.toSorted((a, b) => b.lastSeenAt - a.lastSeenAt).slice(0, EXAMPLES);
    const values = entries.reduce((sum, { count }) => sum + count, 0);
    const routers = new Set(entries.map(({ routerId }) => routerId)).size;
    return warn(
      CHECK,
      [
        `${plural(values, 'value')} of ${plural(routers, 'router')} were not believed`,
        ...newest.map(
          ({ routerId, field, reason: why, count, lastSeenAt, sample }) =>
            `${routerId} ${field}: ${why}, ${count} times, last ${ago(now - lastSeenAt)}: ${sample.slice(0, 80)}`,
        ),
      ].join('\n'),
      '`netup-tui collect quarantine` lists them, and forgets them with --clear once they are understood.',
    );
  } catch (error) {
    return warn(CHECK, reason(error), '');
  }
}
