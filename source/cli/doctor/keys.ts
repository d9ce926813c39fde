import { type EncryptionKeys, readEncryptionKeys } from '../../config/encryption-keys.ts';
import { quoted } from '../../config/printable.ts';
import { keyVariables } from '../../config/variables.ts';
import { listCredentials } from '../../postgres/credentials.ts';
import { keysOfKeptTexts } from '../../postgres/kept-texts.ts';
import type { ProcessRole } from '../../postgres/safe-role.ts';
import { listWebhooks } from '../../postgres/webhooks.ts';
import type { Context } from '../context.ts';
import { fail, type Finding, ok, reason, warn } from './finding.ts';
import { organizationsOf } from './organizations.ts';

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

/** Credentials of one organization that have one key, or its webhooks, or what is kept of its upgrades. */
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
  for (const { id, slug } of await organizationsOf(context, role)) {
    const scope = context.database.organization(id);
    const byKey = Map.groupBy(await listCredentials(scope), ({ keyId }) => keyId);
    for (const [keyId, { length: count }] of byKey) used.push({ slug, keyId, what: credentials(count), count });
    for (const { keyId, count } of await keysOfKeptTexts(scope))
      used.push({ slug, keyId, what: keptTexts(count), count: 0 });
    const webhooks = Map.groupBy(await listWebhooks(scope), ({ keyId }) => keyId);
    for (const [keyId, { length }] of webhooks) {
      used.push({ slug, keyId, what: length === 1 ? '1 webhook has' : `${length} webhooks have`, count: 0 });
    }
  }
  return used;
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
