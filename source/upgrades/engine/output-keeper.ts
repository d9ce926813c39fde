import type { EncryptionKeys } from '../../config/encryption-keys.ts';
import type { Database } from '../../postgres/database.ts';
import { keepOutputs, type Printed, printedKey } from '../../postgres/upgrade-output.ts';
import { LeaseLost } from '../../postgres/upgrade-queue.ts';

/** So many go into one transaction, as long as they are no more than so many characters together, or one. */
const TOGETHER = { attempts: 256, characters: 4 * 1024 * 1024 } as const;

/** `first`: a step waits for it, before what is only to be seen meanwhile. */
export type Turn = 'first' | 'in turn';

interface Waiting {
  readonly turn: Turn;
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
  keep(organizationId: string, printed: Printed, turn: Turn): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(organizationId);
      if (waiting !== undefined) {
        waiting.push({ turn, printed, resolve, reject });
        return;
      }
      this.#waiting.set(organizationId, [{ turn, printed, resolve, reject }]);
      void this.#work(organizationId);
    });
  }

  async #work(organizationId: string): Promise<void> {
    const waiting = this.#waiting.get(organizationId) ?? [];
    while (waiting.length > 0) await this.#write(organizationId, takeSome(waiting));
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

function takeSome(waiting: Waiting[]): readonly Waiting[] {
  const inOrder = [
    ...waiting.filter(({ turn }) => turn === 'first'),
    ...waiting.filter(({ turn }) => turn !== 'first'),
  ];
  let characters = 0;
  const rest = inOrder.findIndex(({ printed }, index) => {
    characters += printed.text.length;
    return index >= TOGETHER.attempts || (index > 0 && characters > TOGETHER.characters);
  });
  const some = rest === -1 ? inOrder : inOrder.slice(0, rest);
  waiting.splice(0, waiting.length, ...inOrder.slice(some.length));
  return some;
}
