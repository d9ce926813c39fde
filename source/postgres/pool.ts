import type { Connection } from './connection.ts';
import { DatabaseUnavailable } from './database-unavailable.ts';

/** How long a request waits for its turn, for people who look at a screen. */
const WAIT_MS = 10_000;
const IDLE_MS = 60_000;
const LIFETIME_MS = 30 * 60_000;
const SWEEP_MS = 15_000;
const FAREWELL_MS = 5000;
/** At most one in so many connections stays with requests of no organization, and no more than two. */
const KEPT_SHARE = 4;
const MOST_KEPT = 2;

interface Waiter {
  readonly organizationId: string | null;
  readonly give: (connection: Connection) => void;
  readonly fail: (error: Error) => void;
  /** Runs while it waits for its turn. */
  readonly timer: NodeJS.Timeout;
}

/**
 * The connections of the process, at most `size()`, each for one organization for as long as it lives. Idle ones are reused by
 * their organization; another organization that needs one when all are taken has the least recently used idle one closed.
 * Requests are served in order, but those of no organization before all others: they are few and short, and the leases of all upgrades
 * of a worker hang on them. So up to two connections of none are kept from organizations: else each of these requests would cost two new
 * sessions. One that waits longer than `waitMs` is refused.
 */
export class Pool {
  readonly #open: (organizationId: string | null) => Promise<Connection>;
  readonly #size: () => number;
  readonly #waitMs: number;
  /** Least recently used first. */
  readonly #idle = new Map<Connection, number>();
  readonly #all = new Set<Connection>();
  readonly #opening = new Set<Promise<void>>();
  readonly #waiting: Waiter[] = [];
  readonly #sweeper: NodeJS.Timeout;
  readonly #closing = new Set<Connection>();
  /** Opening, open and closing. */
  #taken = 0;
  #closed = false;

  constructor(
    open: (organizationId: string | null) => Promise<Connection>,
    size: () => number,
    waitMs: number = WAIT_MS,
  ) {
    this.#open = open;
    this.#size = size;
    this.#waitMs = waitMs;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_MS).unref();
  }

  /** A connection to have alone until `release`. Rejects with `DatabaseUnavailable`. */
  acquire(organizationId: string | null): Promise<Connection> {
    return new Promise((give, fail) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        fail(new DatabaseUnavailable(`All ${this.#size()} connections to PostgreSQL are busy (PG_POOL_SIZE).`));
      }, this.#waitMs);
      const waiter: Waiter = { organizationId, give, fail, timer };
      if (organizationId === null) this.#waiting.unshift(waiter);
      else this.#waiting.push(waiter);
      this.#serve();
    });
  }

  release(connection: Connection): void {
    if (!connection.isUsable) connection.destroy('The connection to PostgreSQL was given up.');
    else if (this.#closed || performance.now() - connection.openedAt > LIFETIME_MS) void this.#close(connection);
    else this.#idle.set(connection, performance.now());
    this.#serve();
  }

  /** Closes idle connections that are too many since `size` became smaller. */
  trim(): void {
    const surplus = this.#taken - this.#closing.size - this.#size();
    for (const connection of [...this.#idle.keys()].slice(0, Math.max(0, surplus))) void this.#close(connection);
  }

  /** Waits for what is running (five seconds at most), and lets go of every connection. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweeper);
    this.#serve();
    for (const connection of this.#idle.keys()) void this.#close(connection);
    await Promise.all(this.#opening);
    const timer = setTimeout(() => {
      for (const connection of this.#all) connection.destroy('The connection to PostgreSQL was closed.');
    }, FAREWELL_MS);
    await Promise.all([...this.#all].map((connection) => connection.ended));
    clearTimeout(timer);
  }

  #serve(): void {
    if (this.#closed) {
      const error = new DatabaseUnavailable('The connection to PostgreSQL was closed.');
      while (this.#waiting.length > 0) this.#dequeue(0)?.fail(error);
    }
    // Those that have to wait until a connection of somebody else is closed for them. Meanwhile others can have their own.
    let without = 0;
    for (let next = this.#waiting[0]; next !== undefined && this.#hasFor(next); next = this.#waiting[without]) {
      if (this.#serveOne(without, next)) continue;
      without += 1;
      if (this.#closing.size < without) this.#makeRoom();
    }
  }

  /** Whether anything is there that this one could be served with, now or when it has been closed. */
  #hasFor({ organizationId }: Waiter): boolean {
    if (this.#taken < this.#size()) return true;
    return organizationId === null ? this.#idle.size > 0 : this.#oldestToGo() !== undefined;
  }

  /** False if there is no connection for this one. */
  #serveOne(index: number, waiter: Waiter): boolean {
    const idle = [...this.#idle.keys()];
    const own = idle.findLast(({ organizationId }) => organizationId === waiter.organizationId);
    if (own === undefined && this.#taken >= this.#size()) return false;
    this.#dequeue(index);
    if (own === undefined) {
      this.#taken += 1;
      const opening = this.#openFor(waiter).finally(() => this.#opening.delete(opening));
      this.#opening.add(opening);
    } else {
      this.#idle.delete(own);
      waiter.give(own);
    }
    return true;
  }

  #dequeue(index: number): Waiter | undefined {
    const [waiter] = this.#waiting.splice(index, 1);
    clearTimeout(waiter?.timer);
    return waiter;
  }

  #makeRoom(): void {
    const oldest = this.#oldestToGo();
    if (oldest !== undefined) void this.#close(oldest);
  }

  /** The idle connection that was used least recently of those that are not kept. */
  #oldestToGo(): Connection | undefined {
    const ofNone = [...this.#all].filter((one) => one.organizationId === null && !this.#closing.has(one)).length;
    const kept = Math.min(MOST_KEPT, Math.floor(this.#size() / KEPT_SHARE));
    return [...this.#idle.keys()].find(({ organizationId }) => organizationId !== null || ofNone > kept);
  }

  async #openFor(waiter: Waiter): Promise<void> {
    try {
      const connection = await this.#open(waiter.organizationId);
      this.#all.add(connection);
      void this.#awaitEnd(connection);
      if (this.#closed) void this.#close(connection);
      waiter.give(connection);
    } catch (error) {
      waiter.fail(error instanceof Error ? error : new Error(String(error)));
      this.#vacate();
    }
  }

  async #awaitEnd(connection: Connection): Promise<void> {
    await connection.ended;
    this.#all.delete(connection);
    this.#idle.delete(connection);
    this.#vacate();
  }

  #vacate(): void {
    this.#taken -= 1;
    this.#serve();
  }

  async #close(connection: Connection): Promise<void> {
    this.#idle.delete(connection);
    this.#closing.add(connection);
    await connection.close();
    this.#closing.delete(connection);
  }

  #sweep(): void {
    const now = performance.now();
    for (const [connection, since] of this.#idle) {
      if (now - since > IDLE_MS) void this.#close(connection);
    }
  }
}
