import { type Share } from '../postgres/collectors.ts';
import { type Database, DatabaseUnavailable } from '../postgres/database.ts';
import { listTargets, type TargetRow } from '../postgres/poll-targets.ts';

export interface InventoryOptions {
  readonly database: Database;
  /** The shares of an organization that are polled here now; empty: none. */
  readonly sharesOf: (organizationId: string) => readonly number[];
  /** Done before the routers of an organization are read. */
  readonly prepare: (organizationId: string) => Promise<void>;
  /** The routers of an organization that are to be polled, all of them, as they are now. */
  readonly onRead: (organizationId: string, rows: readonly TargetRow[]) => void;
  readonly onError: (error: unknown) => void;
  /** An organization's routers are read again at most so often when they change, milliseconds. */
  readonly settleMs?: number;
}

const SETTLE_MS = 5000;
/** Read again so soon after it could not be. */
const AGAIN_MS = 5000;

/** Reads which routers there are to be polled: when shares come, when the inventory changes, and when it is told to. */
export class Inventory {
  readonly #options: InventoryOptions;
  readonly #wanted = new Map<string, NodeJS.Timeout>();
  readonly #readAt = new Map<string, number>();
  #reading: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: InventoryOptions) {
    this.#options = options;
  }

  /** Shares came: their routers are read now. */
  gained(shares: readonly Share[]): void {
    for (const id of new Set(shares.map(({ organizationId }) => organizationId))) this.#readIn(id, 0);
  }

  /** Something changed in the inventory of an organization. */
  changed(organizationId: string): void {
    if (this.#options.sharesOf(organizationId).length === 0) return;
    const settleMs = this.#options.settleMs ?? SETTLE_MS;
    const since = performance.now() - (this.#readAt.get(organizationId) ?? -Infinity);
    this.#readIn(organizationId, Math.max(0, settleMs - since));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#wanted.values()) clearTimeout(timer);
    await this.#reading;
  }

  #readIn(organizationId: string, waitMs: number): void {
    if (this.#stopped) return;
    const waiting = this.#wanted.get(organizationId);
    if (waiting !== undefined && waitMs > 0) return;
    clearTimeout(waiting);
    this.#wanted.set(
      organizationId,
      setTimeout(() => {
        this.#wanted.delete(organizationId);
        // One after the other, so that a start with many organizations leaves connections for others.
        this.#reading = this.#reading.then(() => this.#read(organizationId));
      }, waitMs),
    );
  }

  async #read(organizationId: string): Promise<void> {
    const { database, sharesOf, prepare, onRead, onError } = this.#options;
    const shares = sharesOf(organizationId);
    if (this.#stopped || shares.length === 0) return;
    this.#readAt.set(organizationId, performance.now());
    try {
      await prepare(organizationId);
      const rows = await listTargets(database.organization(organizationId), shares);
      // Meanwhile some may have been given away.
      const now = new Set(sharesOf(organizationId));
      if (!this.#stopped)
        onRead(
          organizationId,
          rows.filter(({ share }) => now.has(share)),
        );
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) onError(error);
      this.#readIn(organizationId, AGAIN_MS);
    }
  }
}
