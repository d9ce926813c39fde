import { readEncryptionKeys } from '../config/encryption-keys.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import type { Credentials } from '../devices/authentication.ts';
import { isSsh } from '../model/credential.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { listCredentials } from '../postgres/credentials.ts';
import { type CredentialUse, revealCredential } from '../postgres/reveal-credential.ts';
import { askPassword, passwordFromStdin } from './ask-password.ts';
import type { Context } from './context.ts';
import type { Shell } from './shell.ts';

interface LoginChoice {
  readonly hostname: string;
  /** Name of a stored credential. */
  readonly credential: string | undefined;
  readonly passwordStdin: boolean;
  /** For the audit row of a stored credential. */
  readonly use: CredentialUse;
}

/**
 * How to log in to a router: with the credential that is named, else as NETUP_SSH_USER, else with the only SSH credential that the
 * organization has. Throws a `UserError` if none of these is there.
 */
export async function findLogin(
  { settings }: Context,
  shell: Shell,
  scope: OrganizationScope,
  { hostname, credential, passwordStdin, use }: LoginChoice,
): Promise<Credentials> {
  if (credential !== undefined) {
    if (passwordStdin) {
      throw new UserError('--credential and --password-stdin contradict each other: the credential has a secret.');
    }
    return storedLogin(shell, scope, credential, use);
  }
  if (settings.ssh === null) return storedLogin(shell, scope, await onlySsh(scope), use);
  const { user, password } = settings.ssh;
  if (passwordStdin) return { user, password: await passwordFromStdin(shell) };
  return { user, password: password ?? (await askPassword(shell, `Password of ${user} on ${hostname}: `)) };
}

async function onlySsh(scope: OrganizationScope): Promise<string> {
  const [first, second] = (await listCredentials(scope)).filter(isSsh);
  if (first === undefined) {
    throw new UserError(
      'NETUP_SSH_USER is not set and the organization has no SSH credential: set it to your login on the routers, for example NETUP_SSH_USER=netops.',
    );
  }
  if (second === undefined) return first.name;
  throw new UserError(
    `NETUP_SSH_USER is not set and there is more than one SSH credential: choose one with --credential NAME, for example ${quoted(first.name)}.`,
  );
}

async function storedLogin(
  shell: Shell,
  scope: OrganizationScope,
  name: string,
  use: CredentialUse,
): Promise<Credentials> {
  const { credential, secret } = await revealCredential(scope, readEncryptionKeys(shell.env), name, use);
  const { type, username } = credential;
  if (!isSsh(credential) || username === null) {
    throw new UserError(`The credential ${quoted(name)} is for ${type}, so it is no login over SSH.`);
  }
  return type === 'ssh_key' ? { user: username, privateKey: secret } : { user: username, password: secret };
}
