/** An event in a device's log. */
export interface LoggedEvent {
  readonly at: Date;
  /** Of syslog, 0 to 7. */
  readonly severity: number;
  /** Such as `LINK`. */
  readonly facility: string;
  /** Such as `UPDOWN`. */
  readonly mnemonic: string;
  readonly text: string;
}

const BUFFER_ENTRIES = 200;

/** The log of a device: its newest events. */
export class SystemLog {
  #events: LoggedEvent[] = [];
  #written = 0;

  /** Oldest first. */
  get events(): readonly LoggedEvent[] {
    return this.#events;
  }

  /** How many there were in all, those that are gone among them. */
  get written(): number {
    return this.#written;
  }

  write(event: LoggedEvent): void {
    this.#written += 1;
    this.#events = [...this.#events, event].slice(-BUFFER_ENTRIES);
  }

  clear(): void {
    this.#events = [];
  }
}
