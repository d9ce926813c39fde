import type { EncryptionKeys } from '../config/encryption-keys.ts';
import type { SshLogin } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import type { Credentials } from '../devices/authentication.ts';
import { isSsh } from '../model/credential.ts';
import { listCredentials } from '../postgres/credentials.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { type CredentialUse, revealCredential } from '../postgres/reveal-credential.ts';

/**
 * The login of a program to an organization's devices: its only SSH credential, else the one of the environment (NETUP_SSH_USER and
 * NETUP_SSH_PASSWORD). To be asked for once an upgrade: a stored secret that is taken out leaves an audit row. Throws a `UserError` if there is none.
 */
export async function deviceCredentials(
  scope: OrganizationScope,
  keys: EncryptionKeys,
  environment: SshLogin | null,
  use: CredentialUse,
): Promise<Credentials> {
  const [first, second] = (await listCredentials(scope)).filter(isSsh);
  if (second !== undefined) {
    throw new UserError(
      'The organization has more than one SSH credential, and nothing says which one is for its routers: remove the others.',
    );
  }
  if (first === undefined) {
    if (environment?.password === null || environment === null) {
      throw new UserError(
        'There is no login to the devices: store one with `netup-tui credentials add`, or give the worker NETUP_SSH_USER and NETUP_SSH_PASSWORD.',
      );
    }
    return { user: environment.user, password: environment.password };
  }
  const { credential, secret } = await revealCredential(scope, keys, first.name, use);
  const user = credential.username ?? '';
  return credential.type === 'ssh_key' ? { user, privateKey: secret } : { user, password: secret };
}
