import { AuthProtocols, PrivProtocols, SecurityLevel, Session, type User, Version2c, Version3 } from 'net-snmp';
import type { SnmpAuthProtocol, SnmpLogin, SnmpPrivacyProtocol } from '../../model/snmp-login.ts';
import { PollFailed } from '../poller.ts';
import type { Peer } from './shared-socket.ts';
import { toPollFailed } from './snmp-fault.ts';
import { readVarbind, type Varbind } from './snmp-value.ts';

const AUTH: Readonly<Record<SnmpAuthProtocol, AuthProtocols>> = {
  sha: AuthProtocols.sha,
  sha224: AuthProtocols.sha224,
  sha256: AuthProtocols.sha256,
  sha384: AuthProtocols.sha384,
  sha512: AuthProtocols.sha512,
};

const PRIVACY: Readonly<Record<SnmpPrivacyProtocol, PrivProtocols>> = {
  aes: PrivProtocols.aes,
  aes256: PrivProtocols.aes256b,
  aes256c: PrivProtocols.aes256r,
};

export interface SessionOptions {
  readonly address: string;
  readonly port: number;
  readonly peer: Peer;
  /** The router in messages. */
  readonly device: string;
  /** How long to wait for each answer, in milliseconds. */
  readonly timeoutMs: number;
  /** How often to ask once more. */
  readonly retries: number;
}

/** What a GETBULK was answered with: one list for each column that was asked for. */
export interface Bulk {
  readonly scalars: readonly Varbind[];
  readonly columns: readonly (readonly Varbind[])[];
}

/** Requests to one router. Each rejects with a `PollFailed`, or with the reason of its signal. */
export class SnmpSession {
  readonly #session: Session;
  readonly #device: string;

  constructor(login: SnmpLogin, { address, port, peer, device, timeoutMs, retries }: SessionOptions) {
    const options = { port, retries, timeout: timeoutMs, dgramModule: { createSocket: () => peer } };
    this.#device = device;
    this.#session =
      login.version === '2c'
        ? Session.create(address, login.community, { ...options, version: Version2c })
        : Session.createV3(address, userOf(login), { ...options, version: Version3 });
    const failAll = (): void => this.#session.cancelRequests(this.#unreadable());
    this.#session.on('error', failAll);
    peer.onUnreadable = failAll;
  }

  get device(): string {
    return this.#device;
  }

  /** Values of objects, in the order asked for. */
  async get(oids: readonly string[], signal: AbortSignal): Promise<readonly Varbind[]> {
    const answer = await this.#request(signal, (done) => this.#session.get([...oids], done));
    const varbinds = this.#varbinds(answer);
    if (varbinds.length !== oids.length) throw this.#unreadable();
    return varbinds;
  }

  /** What comes after each of these: one value after a scalar, up to `repetitions` after a column. */
  async getBulk(
    scalars: readonly string[],
    columns: readonly string[],
    repetitions: number,
    signal: AbortSignal,
  ): Promise<Bulk> {
    const answer = await this.#request(signal, (done) =>
      this.#session.getBulk([...scalars, ...columns], scalars.length, repetitions, done),
    );
    if (!Array.isArray(answer)) throw this.#unreadable();
    return {
      scalars: this.#varbinds(answer.slice(0, scalars.length)),
      columns: columns.map((_, at) => this.#varbinds(answer[scalars.length + at] ?? [])),
    };
  }

  close(): void {
    this.#session.close();
  }

  #request(
    signal: AbortSignal,
    send: (done: (error: Error | null, answer?: unknown) => void) => void,
  ): Promise<unknown> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    send((error, answer) => (error === null ? resolve(answer) : reject(toPollFailed(error, this.#device))));
    return promise.finally(() => signal.removeEventListener('abort', stop));
  }

  #varbinds(raw: unknown): readonly Varbind[] {
    if (!Array.isArray(raw)) throw this.#unreadable();
    return raw.map((one: unknown) => {
      const varbind = readVarbind(one);
      if (varbind === null) throw this.#unreadable();
      return varbind;
    });
  }

  #unreadable(): PollFailed {
    return new PollFailed('unreadable', `${this.#device} answered SNMP with something that makes no sense.`);
  }
}

function userOf({ user, auth, privacy }: Extract<SnmpLogin, { version: '3' }>): User {
  return {
    name: user,
    level: privacy === null ? SecurityLevel.authNoPriv : SecurityLevel.authPriv,
    authProtocol: AUTH[auth.protocol],
    authKey: auth.key,
    ...(privacy === null ? {} : { privProtocol: PRIVACY[privacy.protocol], privKey: privacy.key }),
  };
}
