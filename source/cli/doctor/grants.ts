import { findMissingGrants } from '../../postgres/missing-grants.ts';
import type { Context } from '../context.ts';
import { fail, type Finding, ok, reason } from './finding.ts';

const SHOWN = 3;

/** Whether the login may do what the console and the commands do. */
export async function checkGrants({ database }: Context): Promise<Finding> {
  try {
    const missing = await findMissingGrants(database);
    if (missing.length === 0) return ok('grants', 'every table and function that the console needs');
    const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
    return fail(
      'grants',
      `app_user lacks ${missing.slice(0, SHOWN).join(', ')}${more}.`,
      'Grants come with the tables; a dump that was restored without privileges (--no-acl) lacks them: restore it with them, or GRANT what is named.',
    );
  } catch (error) {
    return fail('grants', reason(error), '');
  }
}
