/** How many may come in, and how often they may fail. */
export interface DoorLimits {
  /** Consoles at once. */
  readonly sessions: number;
  /** Connections at once from one address, logged in or not. */
  readonly perAddress: number;
  /** Keys that one connection may offer. */
  readonly tries: number;
  /** From the connection to the console, milliseconds. */
  readonly graceMs: number;
}

/** Connections that have not logged in: so many at once from everywhere, and from one address. */
const STRANGERS = 64;
const STRANGERS_OF_ADDRESS = 10;
/** So many failed logins of an address within the span, and it waits until that is over. */
const FAILURES = 20;
const SPAN_MS = 60_000;
/** Addresses whose failures are remembered. */
const REMEMBERED = 10_000;

export type Refusal = 'too many connections' | 'too many from this address' | 'too many failed logins';

/** Counts who is at the door, before anything of theirs costs more than a socket. */
export class Door {
  readonly #limits: DoorLimits;
  readonly #now: () => number;
  readonly #connections = new Map<string, number>();
  readonly #strangers = new Map<string, number>();
  readonly #failures = new Map<string, { count: number; readonly since: number }>();
  #strangersInAll = 0;
  #connectionsInAll = 0;

  constructor(limits: DoorLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Lets a connection of an address in, or says why not. What is returned is told when it has logged in, and when it is gone. */
  enter(address: string): { loggedIn(): void; left(): void } | Refusal {
    if (this.#connectionsInAll >= this.#limits.sessions + STRANGERS || this.#strangersInAll >= STRANGERS)
      return 'too many connections';
    if (
      (this.#connections.get(address) ?? 0) >= this.#limits.perAddress ||
      (this.#strangers.get(address) ?? 0) >= STRANGERS_OF_ADDRESS
    )
      return 'too many from this address';
    if (this.#recentFailures(address) >= FAILURES) return 'too many failed logins';
    this.#connectionsInAll += 1;
    this.#strangersInAll += 1;
    count(this.#connections, address, 1);
    count(this.#strangers, address, 1);
    let isStranger = true;
    const loggedIn = (): void => {
      if (!isStranger) return;
      isStranger = false;
      this.#strangersInAll -= 1;
      count(this.#strangers, address, -1);
    };
    let isHere = true;
    return {
      loggedIn,
      left: () => {
        if (!isHere) return;
        isHere = false;
        loggedIn();
        this.#connectionsInAll -= 1;
        count(this.#connections, address, -1);
      },
    };
  }

  /** A connection of the address ended without having logged in. */
  failed(address: string): void {
    const found = this.#failures.get(address);
    if (found !== undefined && this.#now() - found.since < SPAN_MS) {
      found.count += 1;
      return;
    }
    this.#failures.delete(address);
    if (this.#failures.size >= REMEMBERED) {
      for (const oldest of this.#failures.keys()) {
        this.#failures.delete(oldest);
        break;
      }
    }
    this.#failures.set(address, { count: 1, since: this.#now() });
  }

  #recentFailures(address: string): number {
    const found = this.#failures.get(address);
    return found === undefined || this.#now() - found.since >= SPAN_MS ? 0 : found.count;
  }
}

function count(counts: Map<string, number>, address: string, change: number): void {
  const next = (counts.get(address) ?? 0) + change;
  if (next <= 0) counts.delete(address);
  else counts.set(address, next);
}
