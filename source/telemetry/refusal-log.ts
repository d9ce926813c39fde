import type { WritingLog } from './spool/writing-log.ts';

/** One line of the log for a reason in this time, milliseconds. */
const EVERY_MS = 60_000;

interface Noted {
  since: number;
  loggedAt: number;
  detail: string;
}

/** Logs refused points: at most one line a minute for each reason, with how many there were since the line before. */
export class RefusalLog {
  readonly #log: WritingLog;
  readonly #now: () => number;
  readonly #noted = new Map<string, Noted>();
  #timer: NodeJS.Timeout | undefined;

  constructor(log: WritingLog, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** `detail` is what the server said of the last of them. */
  add(reason: string, points: number, detail = ''): void {
    const noted = this.#noted.get(reason) ?? { since: 0, loggedAt: Number.NEGATIVE_INFINITY, detail };
    noted.since += points;
    noted.detail = detail;
    this.#noted.set(reason, noted);
    if (this.#now() - noted.loggedAt >= EVERY_MS) this.#write(reason, noted);
    else this.#timer ??= setTimeout(() => this.flush(), EVERY_MS).unref();
  }

  /** Logs what has been counted and not logged yet. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [reason, noted] of this.#noted) if (noted.since > 0) this.#write(reason, noted);
  }

  #write(reason: string, noted: Noted): void {
    const { since: points, detail } = noted;
    this.#log.warn(detail === '' ? { points, reason } : { points, reason, detail }, 'telemetry points were refused');
    noted.since = 0;
    noted.loggedAt = this.#now();
  }
}
