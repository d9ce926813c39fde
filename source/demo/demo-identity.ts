import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import ssh2 from 'ssh2';
import { writeNewPrivateFile } from '../config/new-private-file.ts';
import type { PostgresSettings } from '../config/settings.ts';
import { openDatabase } from '../postgres/database.ts';
import { addIdentity } from '../postgres/operator-admin.ts';
import { makeKey } from '../serve/host-keys.ts';
import { parsePublicKey } from '../serve/identity/public-key.ts';

/**
 * Lets an operator of the demo log in over SSH with a key of the demo's own. Gives the file with its private half, which its owner alone
 * can read; it is made once. Rejects with a `UserError` for an operator that there is not.
 */
export async function demoIdentity(folder: string, operator: string, admin: PostgresSettings): Promise<string> {
  const file = path.join(folder, `demo-identity-${encodeURIComponent(operator)}`);
  const identity = openIdentity(file);
  const database = openDatabase({ ...admin, poolSize: 1 }, { applicationName: 'netup-tui demo' });
  try {
    await addIdentity(database, operator, identity);
  } finally {
    await database.close();
  }
  return file;
}

function openIdentity(file: string): Parameters<typeof addIdentity>[2] {
  const kept = existsSync(file) ? publicHalf(readFileSync(file, 'utf8')) : null;
  const key = kept ?? makeIdentity(file);
  return { kind: 'key', identity: key.fingerprint, keyType: key.type, keyData: key.data, comment: 'demo' };
}

function makeIdentity(file: string): ReturnType<typeof parsePublicKey> {
  rmSync(file, { force: true });
  const text = makeKey(() => ssh2.utils.generateKeyPairSync('ed25519'));
  writeNewPrivateFile(file, text, 'NETUP_STATE_DIR');
  const key = publicHalf(text);
  if (key === null) throw new Error('The new key cannot be read.');
  return key;
}

/** Null if it is no private key. */
function publicHalf(text: string): ReturnType<typeof parsePublicKey> | null {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error || !key.isPrivateKey()) return null;
  return parsePublicKey(`${key.type} ${key.getPublicSSH().toString('base64')}`);
}
