import { type EncryptionKeys, readEncryptionKeys } from '../../config/encryption-keys.ts';
import { quoted } from '../../config/printable.ts';
import { UserError } from '../../config/user-error.ts';
import { keyVariables } from '../../config/variables.ts';
import { listCredentials } from '../../postgres/credentials.ts';
import { keysOfKeptTexts } from '../../postgres/kept-texts.ts';
import { organizationIds } from '../../postgres/organization-ids.ts';
import type { ProcessRole } from '../../postgres/safe-role.ts';
import type { Context } from '../context.ts';
import { findSession } from '../session.ts';
import { fail, type Finding, ok, reason, warn } from './finding.ts';

/** What is wrong with the keys that this process was given, whatever they are for. */
export function checkGivenKeys(env: NodeJS.ProcessEnv): readonly Finding[] {
  try {
    readGivenKeys(env);
    return [];
  } catch (error) {
    return [fail('keys', reason(error), 'Until then no credential can be stored or used from here.')];
  }
}

/** Whether this process has the keys of the credentials: of the operator's organizations, or of all that a worker works for. */
export async function checkUsedKeys(
  context: Context,
  env: NodeJS.ProcessEnv,
  role: ProcessRole,
): Promise<readonly Finding[]> {
  // Otherwise that was found already.
  if (checkGivenKeys(env).length > 0) return [];
  const keys = readGivenKeys(env);
  try {
    const used = await usedKeys(context, role);
    const findings = used.map((one) => findingOf(one, keys)).filter((finding) => finding !== null);
    return findings.length > 0 ? findings : [ok('keys', healthy(used, keys))];
  } catch (error) {
    return [fail('keys', reason(error), '')];
  }
}

/** Null if there are none. Throws a `UserError` for those that are no good, and if none is said to be the current one. */
function readGivenKeys(env: NodeJS.ProcessEnv): EncryptionKeys | null {
  const keys = readEncryptionKeys(env);
  if ((env['NETUP_KEY_FILE'] ?? '') === '' && keyVariables(env).length === 0) return null;
  keys.current();
  return keys;
}

/** Credentials of one organization that have one key, or what is kept of its upgrades. */
interface UsedKey {
  readonly slug: string;
  readonly keyId: string;
  /** The beginning of a sentence: `2 credentials have`. */
  readonly what: string;
  /** How many of them are credentials. */
  readonly count: number;
}

async function usedKeys(context: Context, role: ProcessRole): Promise<readonly UsedKey[]> {
  const used: UsedKey[] = [];
  for (const { id, slug } of role === 'netup_worker'
    ? await allOrganizations(context)
    : await ownOrganizations(context)) {
    const scope = context.database.organization(id);
    const byKey = Map.groupBy(await listCredentials(scope), ({ keyId }) => keyId);
    for (const [keyId, { length: count }] of byKey) used.push({ slug, keyId, what: credentials(count), count });
    for (const { keyId, count } of await keysOfKeptTexts(scope))
      used.push({ slug, keyId, what: keptTexts(count), count: 0 });
  }
  return used;
}

interface Organization {
  readonly id: string;
  readonly slug: string;
}

/** None for somebody who is no operator, which is found elsewhere. */
async function ownOrganizations({ database, settings }: Context): Promise<readonly Organization[]> {
  const session = await findSession(database, settings).catch((error: unknown) => {
    if (error instanceof UserError) return { memberships: [] };
    throw error;
  });
  return session.memberships.map(({ organizationId: id, slug }) => ({ id, slug }));
}

async function allOrganizations({ database }: Context): Promise<readonly Organization[]> {
  const found: Organization[] = [];
  for (const id of await organizationIds(database)) {
    found.push(...(await database.organization(id).sql<Organization[]>`SELECT id, slug FROM organizations`));
  }
  return found;
}

function findingOf({ slug, keyId, what: which }: UsedKey, keys: EncryptionKeys | null): Finding | null {
  const what = `${slug}: ${which} the key ${quoted(keyId)}`;
  if (keys === null) {
    return warn('keys', `${what}, and there is no key here.`, 'Set NETUP_KEY_FILE to use credentials from here.');
  }
  if (keys.find(keyId) === null) {
    const advice = 'Add its line to NETUP_KEY_FILE: without it, nobody can read what it encrypted.';
    return fail('keys', `${what}, which is not among the keys here.`, advice);
  }
  if (keys.current().id === keyId) return null;
  return warn('keys', `${what}, which is no longer the current one.`, 'Run `netup-tui credentials rotate-key`.');
}

function healthy(used: readonly UsedKey[], keys: EncryptionKeys | null): string {
  if (keys === null) return 'none here, and no credentials that need one';
  const count = used.reduce((sum, one) => sum + one.count, 0);
  return `${credentials(count)} the current one, ${keys.current().id}`;
}

function keptTexts(count: number): string {
  return count === 1 ? '1 configuration or output has' : `${count} configurations and outputs have`;
}

function credentials(count: number): string {
  return count === 1 ? '1 credential has' : `${count} credentials have`;
}
