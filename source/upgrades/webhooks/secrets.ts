import type { EncryptionKeys } from '../../config/encryption-keys.ts';
import type { ProgramActor } from '../../postgres/audit.ts';
import type { OrganizationScope } from '../../postgres/database.ts';
import { revealWebhookSecret } from '../../postgres/webhook-secret.ts';

/** Beyond so many webhooks the one that was taken first is taken anew. */
const MOST = 1000;

/** The secrets of webhooks, each taken out once in the life of a worker: a row in the audit trail for each message would bury the others. */
export class WebhookSecrets {
  readonly #keys: EncryptionKeys;
  readonly #actor: ProgramActor;
  readonly #known = new Map<string, Promise<string>>();
  readonly #lacking = new Set<string>();

  constructor(keys: EncryptionKeys, actor: ProgramActor) {
    this.#keys = keys;
    this.#actor = actor;
  }

  /** Rejects with a `UserError` if this process does not have the key. A webhook's secret never changes: a new one is a new webhook. */
  async of(scope: OrganizationScope, webhookId: string): Promise<string> {
    const known = this.#known.get(webhookId);
    if (known !== undefined) return known;
    const [first] = this.#known.keys();
    if (this.#known.size >= MOST && first !== undefined) this.#known.delete(first);
    const use = { actor: this.#actor, purpose: 'sending messages' };
    const taken = revealWebhookSecret(scope, this.#keys, webhookId, use);
    this.#known.set(webhookId, taken);
    try {
      const secret = await taken;
      this.#lacking.delete(webhookId);
      return secret;
    } catch (error) {
      this.#known.delete(webhookId);
      throw error;
    }
  }

  /** Takes note that the secret of a webhook cannot be had; true the first time. */
  noteLacking(webhookId: string): boolean {
    if (this.#lacking.has(webhookId)) return false;
    this.#lacking.add(webhookId);
    return true;
  }
}
