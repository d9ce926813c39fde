import { type AuditMonth, listAuditMonths } from '../../postgres/audit-months.ts';
import type { Context } from '../context.ts';
import { fail, type Finding, ok, reason, warn } from './finding.ts';

/** So many months after this one should be there. */
const AHEAD = 2;
const ADVICE =
  '`netup-tui migrate` makes the months that are missing and moves the rows there; a worker does so by itself.';

/** Whether every audit row is in the partition of its month, and will be in the next months. */
export async function checkAudit({ database }: Context): Promise<Finding> {
  try {
    const months = await listAuditMonths(database, AHEAD);
    const stray = months.filter((month) => month.stray > 0);
    if (stray.length > 0) {
      return fail('audit trail', `${stray.map(rowsOf).join(', ')} outside of the partition of their month.`, ADVICE);
    }
    const missing = months.filter(({ made }) => !made).map(({ month }) => month);
    if (missing.length === 0) return ok('audit trail', `its months are made until ${months.at(-1)?.month ?? 'now'}`);
    const text = `no partition is made for ${missing.join(', ')}.`;
    // What is still far away may be made in time.
    return missing.some((month) => month !== months.at(-1)?.month)
      ? fail('audit trail', text, ADVICE)
      : warn('audit trail', text, ADVICE);
  } catch (error) {
    return fail('audit trail', reason(error), '');
  }
}

function rowsOf({ month, stray }: AuditMonth): string {
  return `${stray === 1 ? '1 row' : `${stray} rows`} of ${month}`;
}
