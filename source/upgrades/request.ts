import type { Actor } from '../model/operator.ts';
import { canRequest } from '../model/permissions.ts';
import { findRequestedUpgrades } from '../postgres/requested-upgrades.ts';
import { checkPermission } from './check-actor.ts';
import { type CheckedRequest, checkRequest, type UpgradeRequest } from './check-request.ts';
import { UpgradeRefused } from './errors.ts';
import type { RequestOutcome } from './outcome.ts';
import { planRequest } from './plan-request.ts';
import type { RequestServices } from './services.ts';
import { writeRequest } from './write-request.ts';

export type { UpgradeRequest } from './check-request.ts';
export type { RequestOutcome } from './outcome.ts';

/**
 * Requests the upgrade of one router or many. The gates are judged afresh; all of the upgrades become `pending` (dry-runs `scheduled`, since nobody
 * has to approve them) with their steps and audit rows in one transaction, or none does. The same idempotency key again gives the first outcome, also when two
 * requests with it race, and after `DatabaseUnavailable`, when it is not known whether the first one was saved.
 *
 * Throws `UpgradeRefused` (nothing was written), `DatabaseUnavailable` or `TelemetryUnavailable` (try again with the same key).
 */
export async function requestUpgrades(
  services: RequestServices,
  actor: Actor,
  request: UpgradeRequest,
): Promise<RequestOutcome> {
  checkPermission('Nothing was requested', canRequest(actor));
  const checked = checkRequest(request);
  const first = await findFirst(services, actor, checked);
  if (first !== null) return first;
  try {
    // An assistant that asks is nobody who knows of failures, or chose a time outside of the window.
    const planned = await planRequest(services, checked, actor.source !== 'mcp');
    return await writeRequest(services.scope, actor, checked, planned);
  } catch (error) {
    // Another request with the same key may have been quicker; what stands in the way is then its own upgrade.
    const quicker = error instanceof UpgradeRefused ? await findFirst(services, actor, checked) : null;
    if (quicker === null) throw error;
    return quicker;
  }
}

async function findFirst(
  { scope }: RequestServices,
  actor: Actor,
  request: CheckedRequest,
): Promise<RequestOutcome | null> {
  const found = await findRequestedUpgrades(scope, request.idempotencyKey);
  const [first] = found;
  if (first === undefined) return null;
  const same = new Set(request.routers.map(({ routerId }) => routerId));
  const fits =
    found.length === same.size && found.every((one) => same.has(one.routerId) && one.dryRun === request.dryRun);
  if (!fits || first.requestedById !== actor.operator.id) {
    throw new UpgradeRefused('conflict', 'This confirmation was used for another request already: start a new one.');
  }
  const upgrades = found.map(({ upgradeId, routerId, hostname }) => ({ upgradeId, routerId, hostname }));
  return { batchId: first.batchId, dryRun: first.dryRun, upgrades, repeated: true };
}
