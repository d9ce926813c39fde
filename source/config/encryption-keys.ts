import { UserError } from './user-error.ts';
import { quoted } from './printable.ts';
import { readKeyFile } from './key-file.ts';
import { keyVariables } from './variables.ts';

/** A key that secrets in the database are encrypted with. */
export interface EncryptionKey {
  readonly id: string;
  /** Base64 in its one usual spelling, which is the pass phrase itself. Never printed. */
  readonly key: string;
}

/** The keys that this process was given. */
export interface EncryptionKeys {
  /** What is written now is encrypted with it. Throws a `UserError` if there is no key, or none is said to be the current one. */
  current(): EncryptionKey;
  /** Null if this process does not have it. */
  find(id: string): EncryptionKey | null;
}

const LEAST_BYTES = 32;
const ADVICE = 'make one with: echo "$(date +%Y-%m):$(openssl rand -base64 32)"';

/**
 * Reads the keys of NETUP_KEY_FILE and of the variables NETUP_KEY_<ID>. Throws a `UserError`, which never has a key in it, for a
 * file that others can read, for what is no key, and for two keys with one id.
 */
export function readEncryptionKeys(env: NodeJS.ProcessEnv): EncryptionKeys {
  const file = env['NETUP_KEY_FILE'] ?? '';
  const inFile = file === '' ? [] : readKeyFile(file).map(({ id, text, where }) => toKey(id, text, where));
  const inEnvironment = keyVariables(env).map((name) => toKey(name.slice('NETUP_KEY_'.length), env[name] ?? '', name));
  const keys = new Map<string, EncryptionKey>();
  for (const key of [...inFile, ...inEnvironment]) {
    const known = keys.get(key.id);
    if (known !== undefined && known.key !== key.key) {
      throw new UserError(
        `There are two different encryption keys with the id ${key.id}: give one of them another id.`,
      );
    }
    keys.set(key.id, known ?? key);
  }
  const chosen = env['NETUP_CURRENT_KEY'] ?? '';
  return {
    current: () => currentOf([...keys.values()], chosen, inFile.length > 0),
    find: (id) => keys.get(id) ?? null,
  };
}

function currentOf(keys: readonly EncryptionKey[], chosen: string, ordered: boolean): EncryptionKey {
  const [first] = keys;
  if (first === undefined) {
    throw new UserError(`There is no encryption key: set NETUP_KEY_FILE to a file with lines "id:base64"; ${ADVICE}`);
  }
  const ids = keys.map(({ id }) => id).join(', ');
  if (chosen !== '') {
    const found = keys.find(({ id }) => id === chosen);
    if (found !== undefined) return found;
    throw new UserError(`NETUP_CURRENT_KEY=${quoted(chosen)} is none of the encryption keys, which are: ${ids}.`);
  }
  // Variables have no order that one could rely on.
  if (ordered || keys.length === 1) return first;
  throw new UserError(
    `Which of the encryption keys is the current one is not said: set NETUP_CURRENT_KEY to one of: ${ids}.`,
  );
}

function toKey(id: string, text: string, where: string): EncryptionKey {
  if (!/^[\w.-]{1,40}$/u.test(id)) {
    throw new UserError(`${where} has no good id: up to 40 letters, digits and the characters _ . - before the colon.`);
  }
  const bytes = Buffer.from(text, 'base64');
  // Node skips what is no base64, so what it understood is compared with what was there.
  const key = bytes.toString('base64');
  if (key.replace(/=+$/u, '') !== text.replace(/=+$/u, '')) {
    throw new UserError(`${where} has a key that is not base64; ${ADVICE}`);
  }
  if (bytes.length < LEAST_BYTES) {
    throw new UserError(`${where} has a key of ${bytes.length} bytes, and ${LEAST_BYTES} are the least; ${ADVICE}`);
  }
  return { id, key };
}
