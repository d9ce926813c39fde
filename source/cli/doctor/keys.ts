import { type EncryptionKeys, readEncryptionKeys } from '../../config/encryption-keys.ts';
import { quoted } from '../../config/printable.ts';
import { UserError } from '../../config/user-error.ts';
import { keyVariables } from '../../config/variables.ts';
import { listCredentials } from '../../postgres/credentials.ts';
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

/** Whether this process has the keys that the credentials of the operator's organizations are encrypted with. */
export async function checkUsedKeys(context: Context, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  // Otherwise that was found already.
  if (checkGivenKeys(env).length > 0) return [];
  const keys = readGivenKeys(env);
  try {
    const used = await usedKeys(context);
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

/** Credentials of one organization that have one key. */
interface UsedKey {
  readonly slug: string;
  readonly keyId: string;
  readonly count: number;
}

/** None for somebody who is no operator. */
async function usedKeys({ database, settings }: Context): Promise<readonly UsedKey[]> {
  const session = await findSession(database, settings).catch((error: unknown) => {
    if (error instanceof UserError) return { memberships: [] };
    throw error;
  });
  const used: UsedKey[] = [];
  for (const { organizationId, slug } of session.memberships) {
    const those = await listCredentials(database.organization(organizationId));
    const byKey = Map.groupBy(those, ({ keyId }) => keyId);
    for (const [keyId, { length: count }] of byKey) used.push({ slug, keyId, count });
  }
  return used;
}

function findingOf({ slug, keyId, count }: UsedKey, keys: EncryptionKeys | null): Finding | null {
  const what = `${slug}: ${credentials(count)} the key ${quoted(keyId)}`;
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

function credentials(count: number): string {
  return count === 1 ? '1 credential has' : `${count} credentials have`;
}
