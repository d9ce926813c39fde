import type { Observation } from '../../postgres/observed-routers.ts';
import type { RouterHealth } from '../../postgres/router-health.ts';
import type { PollFailed, PollTarget } from '../poller.ts';
import type { CheckedReading } from './check-reading.ts';
import { HealthWindow } from './health-window.ts';

interface Failing {
  readonly why: PollFailed['why'];
  readonly message: string;
  readonly failures: number;
}

/** So many polls in a row without an answer make a router offline, if it has not answered for the time either. */
const OFFLINE_POLLS = 3;

/** What is known of a router and may not be in PostgreSQL yet: the newest alone, so that an outage cannot make it grow. */
export class RouterState {
  target: PollTarget;
  /** A collector wrote that it is offline. */
  isOffline: boolean;
  readonly #window = new HealthWindow();
  /** By poller. */
  readonly #missing = new Map<string, readonly string[]>();
  readonly #failing = new Map<string, Failing>();
  #uptimeSeconds: number | null = null;
  #polledAt = 0;
  #answeredAt: number | null = null;
  #failedAt: number | null = null;
  /** By the clock that nobody sets. */
  #heard = performance.now();
  #observation: Observation | null = null;
  /** When routers.last_seen_at was written, by the clock that nobody sets. */
  lastSeenWritten = -Infinity;

  constructor(target: PollTarget, isOffline: boolean) {
    this.target = target;
    this.isOffline = isOffline;
  }

  get answeredAt(): number | null {
    return this.#answeredAt;
  }

  read(poller: string, { at, points, facts, missing }: CheckedReading): void {
    for (const point of points) this.#window.add(point);
    this.#missing.set(poller, missing);
    this.#failing.delete(poller);
    this.#polledAt = Math.max(this.#polledAt, at);
    this.#answeredAt = Math.max(this.#answeredAt ?? 0, at);
    this.#heard = performance.now();
    if (facts !== null) {
      this.#uptimeSeconds = facts.uptimeSeconds ?? this.#uptimeSeconds;
      this.#observe({ at, version: facts.version, serial: facts.serial });
    }
    for (const point of points) {
      if (point.measurement === 'system') this.#uptimeSeconds = point.fields.uptime_seconds ?? this.#uptimeSeconds;
    }
    if (this.isOffline) this.#observe({ at, answers: true });
    else if (this.#observation?.answers === false) this.#observe({ at, answers: null });
    this.isOffline = false;
  }

  failed(poller: string, { why, message }: PollFailed, failures: number, at: number): void {
    this.#failing.set(poller, { why, message, failures });
    this.#polledAt = Math.max(this.#polledAt, at);
    this.#failedAt = at;
  }

  /** Whether none of the ways to it, of which there are so many, gets an answer. */
  isSilent(ways: number): boolean {
    return ways > 0 && this.#failing.size >= ways && [...this.#failing.values()].every(({ why }) => why === 'silent');
  }

  /** It has been silent for so long, and so often, that it is to be offline. */
  isGone(ways: number, afterMs: number): boolean {
    return (
      this.isSilent(ways) &&
      performance.now() - this.#heard >= afterMs &&
      [...this.#failing.values()].every(({ failures }) => failures >= OFFLINE_POLLS)
    );
  }

  goOffline(at: number): void {
    this.#observe({ at, answers: false });
    this.isOffline = true;
  }

  health(now: number): RouterHealth {
    const failing = [...this.#failing.values()];
    return {
      routerId: this.target.routerId,
      ...this.#window.figures(now),
      uptimeSeconds: this.#uptimeSeconds === null ? null : Math.floor(this.#uptimeSeconds),
      missing: [...this.#missing.values()].flat(),
      polledAt: this.#polledAt,
      answeredAt: this.#answeredAt,
      failures: Math.max(0, ...failing.map(({ failures }) => failures)),
      failedAt: this.#failedAt,
      failure: failing.length === 0 ? null : failing.map(({ message }) => message).join('; '),
    };
  }

  /** What is to be compared with the inventory; it is handed out once. */
  takeObservation(): Observation | null {
    const observation = this.#observation;
    this.#observation = null;
    return observation;
  }

  /** It could not be written: it is handed out again, but for what has been observed since. */
  putBack(observation: Observation): void {
    const since = this.#observation;
    this.#observation =
      since === null
        ? observation
        : {
            ...since,
            version: since.version ?? observation.version,
            serial: since.serial ?? observation.serial,
            answers: since.answers ?? observation.answers,
          };
  }

  #observe(seen: Partial<Observation> & { readonly at: number }): void {
    const before = this.#observation ?? { version: null, serial: null, answers: null };
    const { version = null, serial = null, answers = before.answers } = seen;
    this.#observation = {
      routerId: this.target.routerId,
      at: seen.at,
      version: version ?? before.version,
      serial: serial ?? before.serial,
      answers,
    };
  }
}
