import postgres from 'postgres';
import { DatabaseUnavailable, translateError } from './database-unavailable.ts';
import { type DriverQuery, isStreaming } from './driver-query.ts';
import type { OneSessionSocket } from './one-session-socket.ts';

/** How much longer than the server this side waits for an answer: the server's limit does not help if the way to it is gone. */
const GRACE_MS = 5000;

export interface ConnectionParts {
  /** Null: for no organization. */
  readonly organizationId: string | null;
  readonly address: string;
  readonly socket: OneSessionSocket;
  /** Hands a query to the driver. */
  readonly send: (query: DriverQuery) => unknown;
  readonly statementTimeoutMs: number;
}

export interface RunOptions {
  /** Called when the query has its answer and the connection is free again. */
  readonly settled?: () => void;
  /** How long the statement may take on the server, if not what the connection was opened with. */
  readonly statementTimeoutMs?: number | undefined;
}

/**
 * One session of the server, for one organization. It runs one query at a time: with several on the way the driver takes one query's
 * error for another's. Once it is lost it stays lost, and rejects every query with `DatabaseUnavailable`.
 */
export class Connection {
  readonly organizationId: string | null;
  readonly openedAt = performance.now();
  readonly #parts: ConnectionParts;
  readonly #waiting: (() => void)[] = [];
  #busy = false;
  #spoilt = false;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.organizationId = parts.organizationId;
  }

  /** False when the session is over, or a statement could not be sent and driver and server may disagree about what is next. */
  get isUsable(): boolean {
    return this.#parts.socket.failure === null && !this.#spoilt;
  }

  /** Resolves when the connection is closed, whoever closed it. */
  get ended(): Promise<void> {
    return this.#parts.socket.ended;
  }

  /** Calls back once when the session is over, at once if it is already. Returns what takes the callback back. */
  onLost(listener: (reason: DatabaseUnavailable) => void): () => void {
    const { socket } = this.#parts;
    if (socket.failure !== null) listener(socket.failure);
    else socket.once('lost', listener);
    return () => void socket.off('lost', listener);
  }

  /** Sends a query when those before it have their answers. */
  run(query: DriverQuery, options: RunOptions = {}): void {
    this.#waiting.push(() => this.#start(query, options));
    this.#next();
  }

  /** Ends the session without a goodbye; the server rolls back what is open. */
  destroy(reason: string): void {
    this.#parts.socket.fail(new DatabaseUnavailable(reason));
  }

  /** Takes leave of the server and resolves when the connection is gone. */
  async close(): Promise<void> {
    await this.#parts.socket.close();
  }

  #next(): void {
    if (this.#busy) return;
    const start = this.#waiting.shift();
    if (start === undefined) return;
    this.#busy = true;
    start();
  }

  #start(query: DriverQuery, options: RunOptions): void {
    const { address, socket, send, statementTimeoutMs } = this.#parts;
    const { resolve, reject } = query;
    const limitMs = (options.statementTimeoutMs ?? statementTimeoutMs) + GRACE_MS;
    const timer = setTimeout(() => this.destroy(`PostgreSQL at ${address} took too long to answer.`), limitMs);
    const finish = (): void => {
      clearTimeout(timer);
      // In a microtask, since the driver calls us while it is still busy with the answer.
      queueMicrotask(() => {
        this.#busy = false;
        options.settled?.();
        this.#next();
      });
    };
    query.resolve = (result) => {
      resolve(result);
      finish();
    };
    query.reject = (error) => {
      if (!(error instanceof postgres.PostgresError)) this.#spoilt = true;
      // One failure rejects many queries, and the driver writes a query's text and values into the error that it rejects with.
      reject(
        translateError(socket.failure === null ? error : new DatabaseUnavailable(socket.failure.message), address),
      );
      finish();
    };
    const refusal = this.#refusal(query);
    if (refusal === null) send(query);
    else {
      reject(refusal);
      finish();
    }
  }

  #refusal(query: DriverQuery): Error | null {
    const { failure } = this.#parts.socket;
    if (failure !== null) return new DatabaseUnavailable(failure.message);
    if (this.#spoilt) return new Error('An earlier statement on this connection could not be sent.');
    return isStreaming(query) ? new Error("The driver's cursors and streams are not for connections of a pool.") : null;
  }
}
