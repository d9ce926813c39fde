import { DatabaseUnavailable } from '../../postgres/database.ts';
import { claimDeliveries, type ClaimedDelivery } from '../../postgres/webhook-deliveries.ts';
import { deliver, type DeliveryServices } from './deliver.ts';

export interface SenderOptions {
  /** A dead worker's messages are taken over after so many milliseconds: longer than a message can take. */
  readonly leaseMs?: number;
  /** Between two looks when nothing wakes it, milliseconds. */
  readonly intervalMs?: number;
}

/** Messages under way at once in one worker, and those of them to receivers that do not answer, or not well. */
const AT_ONCE = 32;
const AT_ONCE_FAILING = 16;
/** To one webhook at once, over all workers. */
const PER_WEBHOOK = 4;
const LEASE_MS = 20_000;
const INTERVAL_MS = 1000;

/** Takes messages that are due and sends them, until it is stopped. Any number of workers share them. */
export class WebhookSender {
  readonly #services: DeliveryServices;
  readonly #leaseMs: number;
  readonly #intervalMs: number;
  readonly #sending = new Map<ClaimedDelivery, Promise<void>>();
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  #lookAgain = false;

  constructor(services: DeliveryServices, { leaseMs = LEASE_MS, intervalMs = INTERVAL_MS }: SenderOptions = {}) {
    this.#services = services;
    this.#leaseMs = leaseMs;
    this.#intervalMs = intervalMs;
  }

  /** Looks for messages now: to be called at the start, and when there may be new ones. */
  wake(): void {
    if (this.#ending.signal.aborted) return;
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
      else if (!this.#ending.signal.aborted) this.#timer = setTimeout(() => this.wake(), this.#intervalMs);
    });
  }

  /** Takes nothing new, and breaks off what is under way: other workers send it at once. */
  async stop(): Promise<void> {
    this.#ending.abort();
    clearTimeout(this.#timer);
    await this.#looking;
    await Promise.all(this.#sending.values());
  }

  async #look(): Promise<void> {
    const under = [...this.#sending.keys()];
    const howMany = AT_ONCE - under.length;
    if (howMany <= 0) return;
    try {
      const howManyFailing = Math.max(0, AT_ONCE_FAILING - under.filter(({ failing }) => failing).length);
      const terms = { howMany, howManyFailing, perWebhook: PER_WEBHOOK, leaseMs: this.#leaseMs };
      for (const claim of await claimDeliveries(this.#services.database, terms)) {
        this.#sending.set(claim, this.#send(claim));
      }
    } catch (error) {
      this.#tell(error);
    }
  }

  async #send(claim: ClaimedDelivery): Promise<void> {
    try {
      await deliver(this.#services, claim, this.#ending.signal);
    } catch (error) {
      this.#tell(error);
    }
    this.#sending.delete(claim);
    this.wake();
  }

  /** Outages of the database are told of by the duties already. */
  #tell(error: unknown): void {
    if (!(error instanceof DatabaseUnavailable)) this.#services.log.error('webhooks: failed.', error);
  }
}
