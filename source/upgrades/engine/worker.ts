import { DatabaseUnavailable } from '../../postgres/database.ts';
import { LeaseLost, releaseLease, type LeaseTerms } from '../../postgres/upgrade-queue.ts';
import { TelemetryUnavailable } from '../../telemetry/store.ts';
import type { EngineServices } from './engine-services.ts';
import type { Lease } from './lease.ts';
import { LEASE_TERMS, LeaseKeeper } from './lease-keeper.ts';
import { runUpgrade } from './run-upgrade.ts';

export interface WorkerOptions {
  /** A uuid of this process. */
  readonly workerId: string;
  /** How many upgrades at once. */
  readonly slots: number;
  readonly terms?: LeaseTerms;
  /** Milliseconds between two looks at the queue when nothing wakes the worker. */
  readonly interval?: number;
  /** How long an upgrade is left alone after the database or the telemetry went away in the middle of it. */
  readonly again?: number;
  /** Told what went wrong; the worker goes on. */
  readonly onError: (error: unknown, upgradeId: string | null) => void;
}

/** So many are taken with one claim: a lease that is not renewed while many others are given out would be over before it is used. */
const CLAIM = 50;

/** Takes upgrades that are due and carries them out, until it is stopped. */
export class UpgradeWorker {
  readonly #services: EngineServices;
  readonly #options: WorkerOptions;
  readonly #keeper: LeaseKeeper;
  readonly #running = new Map<Lease, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #lookAgain = false;
  #stopping = false;

  constructor(services: EngineServices, options: WorkerOptions) {
    this.#services = services;
    this.#options = options;
    this.#keeper = new LeaseKeeper(services.database, options.workerId, options.terms ?? LEASE_TERMS);
  }

  /** How many upgrades it carries out now. */
  get busy(): number {
    return this.#running.size;
  }

  /** How many of them have a lease that ran out without being renewed. */
  get expired(): number {
    return [...this.#running.keys()].filter((lease) => !lease.alive).length;
  }

  /** Looks at the queue now: to be called at the start, and when the queue is said to have changed. */
  wake(): void {
    if (this.#stopping) return;
    if (this.#looking !== null) {
      this.#lookAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#looking = this.#look().finally(() => {
      this.#looking = null;
      const soon = this.#lookAgain;
      this.#lookAgain = false;
      if (soon) this.wake();
      else if (!this.#stopping) this.#timer = setTimeout(() => this.wake(), this.#options.interval ?? 1000);
    });
  }

  /**
   * Takes nothing new, and lets go of what it has: each upgrade stands at its last finished step, and the next worker goes on at once. A step that is
   * cut off is begun again there.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#looking;
    for (const lease of this.#running.keys()) lease.lose();
    await Promise.all(this.#running.values());
    this.#keeper.stop();
  }

  async #look(): Promise<void> {
    try {
      for (;;) {
        const free = this.#options.slots - this.#running.size;
        if (free <= 0 || this.#stopping) return;
        const wanted = Math.min(CLAIM, free);
        const leases = await this.#keeper.claim(wanted);
        for (const lease of leases) this.#running.set(lease, this.#run(lease));
        if (leases.length < wanted) return;
      }
    } catch (error) {
      this.#options.onError(error, null);
    }
  }

  async #run(lease: Lease): Promise<void> {
    let again = 0;
    try {
      await runUpgrade(this.#services, lease);
    } catch (error) {
      again = this.#options.again ?? 5000;
      if (!(error instanceof LeaseLost) || !this.#stopping) this.#options.onError(error, lease.upgradeId);
      // Not ours and not the network's: a defect, which would come again at once.
      if (!isPassing(error)) again *= 12;
    }
    this.#keeper.drop(lease);
    try {
      const scope = this.#services.database.organization(lease.organizationId);
      await releaseLease(scope.sql, lease, this.#stopping ? 0 : again);
    } catch (error) {
      // It is free after lease and margin.
      this.#options.onError(error, lease.upgradeId);
    }
    this.#running.delete(lease);
    this.wake();
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof LeaseLost || error instanceof DatabaseUnavailable || error instanceof TelemetryUnavailable;
}
