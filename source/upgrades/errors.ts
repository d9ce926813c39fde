export type RefusalCode = 'not_found' | 'forbidden' | 'own_request' | 'conflict' | 'blocked' | 'invalid';

/**
 * A request or a decision that is not carried out; nothing was written. The message is one sentence for the operator: what, and
 * what to do about it. The database being away is no refusal: `DatabaseUnavailable` then says that the outcome is not known,
 * and the same call (with the same idempotency key) may be made again.
 */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly code: RefusalCode;

  constructor(code: RefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}
