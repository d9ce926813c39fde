import { UserError } from '../../config/user-error.ts';
import { retryDelay } from '../../model/webhook.ts';
import type { ProgramActor } from '../../postgres/audit.ts';
import type { Database } from '../../postgres/database.ts';
import {
  type ClaimedDelivery,
  giveBack,
  recordDelivered,
  recordFailed,
  switchOffGone,
} from '../../postgres/webhook-deliveries.ts';
import { type Message, readMessage } from '../../postgres/webhook-message.ts';
import type { WorkerLog } from '../worker/duty.ts';
import { payloadOf } from './payload.ts';
import { type Answer, postMessage } from './post.ts';
import type { WebhookSecrets } from './secrets.ts';
import { signatureHeaders } from './signature.ts';

/** What a delivery is carried out with. */
export interface DeliveryServices {
  /** Logged in as the worker. */
  readonly database: Database;
  readonly secrets: WebhookSecrets;
  readonly actor: ProgramActor;
  readonly log: WorkerLog;
  readonly now: () => Date;
  readonly timeoutMs?: number | undefined;
  /** See `retryDelay`. */
  readonly delay?: ((failures: number) => number | null) | undefined;
}

/** The receiver wants no more of this. */
const GONE = 410;
/** A worker without the key waits so long: one that has it may take it before. */
const WITHOUT_KEY_MS = 60_000;

/** Sends one message and writes down what came of it. Rejects if that could not be written: it is due again when its lease is over. */
export async function deliver(services: DeliveryServices, claim: ClaimedDelivery, signal: AbortSignal): Promise<void> {
  const { database, actor, log, delay = (failures) => retryDelay(failures, Math.random()) } = services;
  const scope = database.organization(claim.organizationId);
  const message = await readMessage(scope, claim);
  if (message === null) return;
  const secret = await services.secrets.of(scope, message.webhookId).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  if (secret instanceof UserError) {
    if (services.secrets.noteLacking(message.webhookId)) {
      log.warn(`webhooks: ${message.webhook} of ${message.organization} cannot be told anything. ${secret.message}`);
    }
    return giveBack(scope, claim, { error: 'the worker has no key for its secret', again: WITHOUT_KEY_MS });
  }
  const answer = await send(services, secret, message, signal);
  // The worker ends: another one sends it.
  if (answer === null) return giveBack(scope, claim, { error: null, again: 0 });
  const { status, error, retryAfterMs } = answer;
  if (error === null) return recordDelivered(scope, claim, status ?? 0);
  if (status === GONE) {
    log.warn(`webhooks: ${message.webhook} of ${message.organization} answered 410 and is switched off.`);
    return switchOffGone(scope, claim, { actor, status, reason: 'its receiver answered 410 Gone' });
  }
  const wait = delay(claim.attempt);
  const again = wait === null ? null : Math.max(wait, retryAfterMs ?? 0);
  if (!claim.failing) log.warn(`webhooks: ${message.webhook} of ${message.organization}: ${error}.`);
  return recordFailed(scope, claim, { status, error, again });
}

/** Null if `signal` ended it. */
async function send(
  { now, timeoutMs }: DeliveryServices,
  secret: string,
  message: Message,
  signal: AbortSignal,
): Promise<Answer | null> {
  const body = payloadOf(message);
  const headers = signatureHeaders(secret, { id: message.eventId, at: now(), body });
  const limits = { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
  try {
    return await postMessage(message.url, { headers, body }, limits);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
