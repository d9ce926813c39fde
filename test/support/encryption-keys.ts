import { randomBytes } from 'node:crypto';
import { type EncryptionKeys, readEncryptionKeys } from '../../source/config/encryption-keys.ts';

/** A key as it stands in NETUP_KEY_<ID>. */
export function newKey(): string {
  return randomBytes(32).toString('base64');
}

/** The keys of a process: by id, with the current one named. */
export function keysOf(keys: Readonly<Record<string, string>>, current: string): EncryptionKeys {
  const variables = Object.entries(keys).map(([id, key]) => [`NETUP_KEY_${id}`, key]);
  return readEncryptionKeys({ ...Object.fromEntries(variables), NETUP_CURRENT_KEY: current });
}
