import { findMissingGrants } from '../../postgres/missing-grants.ts';
import type { ProcessRole } from '../../postgres/safe-role.ts';
import type { Context } from '../context.ts';
import { fail, type Finding, ok, reason } from './finding.ts';

const SHOWN = 3;

/** Whether the login may do what its process does. */
export async function checkGrants({ database }: Context, role: ProcessRole): Promise<Finding> {
  try {
    const missing = await findMissingGrants(database, role);
    if (missing.length === 0) return ok('grants', `every table and function that is for ${role}`);
    const more = missing.length > SHOWN ? ` and ${missing.length - SHOWN} more` : '';
    return fail(
      'grants',
      `${role} lacks ${missing.slice(0, SHOWN).join(', ')}${more}.`,
      'Grants come with the tables; a dump that was restored without privileges (--no-acl) lacks them: restore it with them, or GRANT what is named.',
    );
  } catch (error) {
    return fail('grants', reason(error), '');
  }
}
