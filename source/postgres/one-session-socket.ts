import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { DatabaseUnavailable, unavailableBy } from './database-unavailable.ts';
import { LoginErrors } from './login-errors.ts';

/** The protocol's Terminate message. */
const TERMINATE = Buffer.from([0x58, 0, 0, 0, 4]);
const FAREWELL_MS = 1000;

/**
 * The socket that the driver is given: one stream to one server process, and never another.
 *
 * When the stream is gone the driver hears `error`, and again after anything it still writes, so that every query is
 * rejected. It never hears `close`: only then would it drop its socket (a later write to nothing ends the process) and use
 * the same connection object for another session, in which an old transaction's statements would run. Until `loggedIn()` it hears
 * of no end at all, nor of an error of the server once that has let us in: a driver that is interrupted or refused while it looks up
 * the types leaves a rejection that nobody handles, which ends the process. Who logs in listens for `lost` instead.
 */
export class OneSessionSocket extends EventEmitter {
  /** Resolves when the stream is closed, whoever closed it. */
  readonly ended: Promise<void>;
  readonly #stream: Duplex;
  readonly #address: string;
  #failure: DatabaseUnavailable | null = null;
  readonly #loginErrors = new LoginErrors();
  #isLoggedIn = false;

  constructor(stream: Duplex, address: string) {
    super();
    this.#stream = stream;
    this.#address = address;
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    stream.on('error', () => stream.destroy());
    stream.on('end', () => stream.destroy());
    this.ended = new Promise((resolve) => {
      stream.once('close', () => {
        this.fail(new DatabaseUnavailable(`The connection to PostgreSQL at ${this.#address} was lost.`));
        resolve();
      });
    });
  }

  /** Why the session is over; null while it lasts. */
  get failure(): DatabaseUnavailable | null {
    return this.#failure;
  }

  /** From now on the driver has queries of ours to reject. */
  loggedIn(): void {
    this.#isLoggedIn = true;
    if (this.#failure !== null) this.#tellDriver();
  }

  /** Ends the session at once and rejects what waits for it. Only the first reason counts. */
  fail(reason: DatabaseUnavailable): void {
    if (this.#failure !== null) return;
    this.#failure = reason;
    this.#stream.destroy();
    this.emit('lost', reason);
    this.#tellDriver();
  }

  /** Says goodbye to the server, so that it lets go of the connection, and resolves when that is done. */
  async close(): Promise<void> {
    if (this.#failure === null) {
      this.#failure = new DatabaseUnavailable('The connection to PostgreSQL was closed.');
      this.#stream.end(TERMINATE);
      const timer = setTimeout(() => this.#stream.destroy(), FAREWELL_MS);
      await this.ended;
      clearTimeout(timer);
    }
    await this.ended;
  }

  // What the driver calls.

  write(chunk: Uint8Array, done?: (error?: Error | null) => void): boolean {
    if (this.#failure === null) this.#stream.write(chunk, done);
    else {
      const failure = this.#failure;
      setImmediate(() => {
        done?.(failure);
        this.#tellDriver();
      });
    }
    return true;
  }

  end(chunk: Uint8Array): void {
    this.write(chunk);
  }

  destroy(): void {
    this.fail(new DatabaseUnavailable(`PostgreSQL at ${this.#address} broke off the login.`));
  }

  get readyState(): string {
    return this.#failure === null ? 'open' : 'closed';
  }

  #receive(chunk: Buffer): void {
    const refusal = this.#isLoggedIn ? null : this.#loginErrors.read(chunk);
    if (refusal === null) this.emit('data', chunk);
    else if (refusal !== 'unfinished') this.fail(unavailableBy(refusal, this.#address));
  }

  #tellDriver(): void {
    if (this.#isLoggedIn && this.listenerCount('error') > 0) this.emit('error', this.#failure);
  }
}
