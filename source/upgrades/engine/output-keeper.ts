import type { EncryptionKeys } from '../../config/encryption-keys.ts';
import type { Database } from '../../postgres/database.ts';
import { keepOutputs, type Printed, printedKey } from '../../postgres/upgrade-output.ts';
import { LeaseLost } from '../../postgres/upgrade-queue.ts';

/** So many go into one transaction: of 64 KB each at most. */
const TOGETHER = 64;

interface Waiting {
  readonly printed: Printed;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Keeps what devices print, for all upgrades of a worker. What comes while a transaction is under way goes into the next one together, so that many
 * upgrades at once do not need as many transactions; one alone waits for nobody.
 */
export class OutputKeeper {
  readonly #database: Database;
  readonly #keys: EncryptionKeys;
  /** By organization; one that is here has a transaction under way. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(database: Database, keys: EncryptionKeys) {
    this.#database = database;
    this.#keys = keys;
  }

  /**
   * Replaces what was kept of the attempt. Rejects with `LeaseLost` if another worker has the upgrade, with `DatabaseUnavailable`, or with a `UserError` if
   * there is no key. Not to be called for the same attempt before the last call is over.
   */
  keep(organizationId: string, printed: Printed): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(organizationId);
      if (waiting !== undefined) {
        waiting.push({ printed, resolve, reject });
        return;
      }
      this.#waiting.set(organizationId, [{ printed, resolve, reject }]);
      void this.#work(organizationId);
    });
  }

  async #work(organizationId: string): Promise<void> {
    const waiting = this.#waiting.get(organizationId) ?? [];
    while (waiting.length > 0) await this.#write(organizationId, waiting.splice(0, TOGETHER));
    this.#waiting.delete(organizationId);
  }

  async #write(organizationId: string, batch: readonly Waiting[]): Promise<void> {
    try {
      const scope = this.#database.organization(organizationId);
      const printed = batch.map((one) => one.printed);
      const kept = await keepOutputs(scope, this.#keys, printed);
      for (const { printed: one, resolve, reject } of batch) {
        if (kept.has(printedKey(one))) resolve();
        else reject(new LeaseLost(`Another worker has upgrade ${one.claim.upgradeId}.`));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
