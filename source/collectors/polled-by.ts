import { isSsh } from '../model/credential.ts';
import { listCredentials } from '../postgres/credentials.ts';
import type { Database } from '../postgres/database.ts';
import type { Poller, PollTarget } from './poller.ts';

export interface PolledByOptions {
  readonly database: Database;
  readonly snmp: Poller;
  readonly ssh: Poller;
  /** Organizations without an SSH credential have a login all the same, from the environment. */
  readonly hasSshLogin: boolean;
  /** Told of an organization whose routers nobody can read. */
  readonly onNoWay: (organizationId: string) => void;
}

/** Which pollers read the routers of an organization: those that it has a credential for. What both can read, SNMP does. */
export class PolledBy {
  readonly #options: PolledByOptions;
  readonly #pollers = new Map<string, readonly Poller[]>();

  constructor(options: PolledByOptions) {
    this.#options = options;
  }

  /** To be called before the routers of an organization are polled. What it has is looked at once. */
  async prepare(organizationId: string): Promise<void> {
    if (this.#pollers.has(organizationId)) return;
    const { database, snmp, ssh, hasSshLogin, onNoWay } = this.#options;
    const credentials = await listCredentials(database.organization(organizationId));
    const pollers = [
      ...(credentials.some(({ type }) => type.startsWith('snmp_')) ? [snmp] : []),
      ...(hasSshLogin || credentials.some(isSsh) ? [ssh] : []),
    ];
    this.#pollers.set(organizationId, pollers);
    if (pollers.length === 0) onNoWay(organizationId);
  }

  of({ organizationId }: PollTarget): readonly Poller[] {
    return this.#pollers.get(organizationId) ?? [];
  }
}
