import type { EncryptionKeys } from '../config/encryption-keys.ts';
import type { SshLogin } from '../config/settings.ts';
import { UserError } from '../config/user-error.ts';
import type { Credentials } from '../devices/authentication.ts';
import { type SnmpLogin, toSnmpLogin } from '../model/snmp-login.ts';
import { cleanLine } from '../model/text.ts';
import type { ProgramActor } from '../postgres/audit.ts';
import { listCredentials } from '../postgres/credentials.ts';
import { type Database, DatabaseUnavailable, type OrganizationScope } from '../postgres/database.ts';
import { revealCredential } from '../postgres/reveal-credential.ts';
import { deviceCredentials } from './device-credentials.ts';
import { PollFailed, type PollTarget } from './poller.ts';

export interface DeviceLoginsOptions {
  readonly database: Database;
  readonly keys: EncryptionKeys;
  /** The SSH login of organizations that have none stored. */
  readonly ssh: SshLogin | null;
  readonly actor: ProgramActor;
}

/** A secret that could not be had is asked for again after so long: each time may write a row into the audit trail. */
const AGAIN_MS = 60_000;

/**
 * How a collector logs in to the routers of each organization: with its only SNMP credential, and its only SSH credential. Each secret is taken out
 * once and kept while the process runs, so that the audit trail has one row for it and not one for each poll. A credential that is changed is used
 * from the next start on.
 */
export class DeviceLogins {
  readonly #options: DeviceLoginsOptions;
  readonly #snmp = new Kept<SnmpLogin>();
  readonly #ssh = new Kept<Credentials>();

  constructor(options: DeviceLoginsOptions) {
    this.#options = options;
  }

  snmp({ organizationId }: PollTarget): Promise<SnmpLogin> {
    return this.#snmp.get(organizationId, () => this.#revealSnmp(this.#options.database.organization(organizationId)));
  }

  ssh({ organizationId }: PollTarget): Promise<Credentials> {
    const { database, keys, ssh, actor } = this.#options;
    return this.#ssh.get(organizationId, () =>
      deviceCredentials(database.organization(organizationId), keys, ssh, { actor, purpose: 'collect' }),
    );
  }

  async #revealSnmp(scope: OrganizationScope): Promise<SnmpLogin> {
    const { keys, actor } = this.#options;
    const [first, second] = (await listCredentials(scope)).filter(({ type }) => type.startsWith('snmp_'));
    if (first === undefined) {
      throw new UserError('the organization has no SNMP credential: store one with `netup-tui credentials add`');
    }
    if (second !== undefined) {
      throw new UserError(
        'the organization has more than one SNMP credential, and nothing says which one is for its routers',
      );
    }
    const { credential, secret } = await revealCredential(scope, keys, first.name, { actor, purpose: 'collect' });
    const login = toSnmpLogin(credential, secret);
    if (login === null) throw new UserError(`the credential ${first.name} is no login over SNMP: store it anew`);
    return login;
  }
}

/** One thing of each organization, found once. */
class Kept<T> {
  readonly #found = new Map<string, Promise<T>>();
  readonly #failed = new Map<string, { readonly at: number; readonly error: PollFailed }>();

  async get(organizationId: string, find: () => Promise<T>): Promise<T> {
    const failed = this.#failed.get(organizationId);
    if (failed !== undefined && performance.now() - failed.at < AGAIN_MS) throw failed.error;
    const found = this.#found.get(organizationId) ?? find();
    this.#found.set(organizationId, found);
    try {
      return await found;
    } catch (error) {
      this.#found.delete(organizationId);
      const message = cleanLine(error instanceof Error ? error.message : String(error));
      const failure = new PollFailed('refused', message);
      // PostgreSQL is asked again at the next poll: an outage is soon over.
      if (!(error instanceof DatabaseUnavailable)) {
        this.#failed.set(organizationId, { at: performance.now(), error: failure });
      }
      throw failure;
    }
  }
}
