import type { UpgradeStatus } from '../../../model/upgrade.ts';
import type { Change } from '../../../postgres/database.ts';
import { listAudit } from '../../../postgres/audit.ts';
import { listUpgradeChecks } from '../../../postgres/upgrade-checks.ts';
import { holdOfUpgrade } from '../../../postgres/upgrade-hold.ts';
import { workerOfUpgrade } from '../../../postgres/upgrade-worker.ts';
import { getUpgrade } from '../../../postgres/upgrades.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import { pause } from '../../pause.ts';
import type { ConsoleServices } from '../../services.ts';
import { type LoadedUpgrade, notRead, upgradeScrollSlice, upgradeSlice } from './state.ts';

const AUDIT_ROWS = 50;
/** Others that begin and end change what it waits for: it is read this often at most. */
const REST_MS = 200;

/** May have to wait for a limit: one that was resumed, too. */
const WAITING: ReadonlySet<UpgradeStatus> = new Set(['approved', 'scheduled', 'running']);

/** Keeps the upgrade on the screen fresh: its row, steps, checks, worker and audit trail. */
export async function loadUpgrade(services: ConsoleServices, upgradeId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  // What another upgrade left must not be shown under this one's name, not even for a moment.
  if (store.get(upgradeSlice).upgradeId !== upgradeId) {
    store.set(upgradeSlice, notRead(upgradeId));
    store.set(upgradeScrollSlice, 0);
  }
  const read = async (): Promise<void> => {
    const loaded = await readUpgrade(services, upgradeId);
    if (!signal.aborted) store.set(upgradeSlice, loaded);
  };
  const concerns = ({ table, ids }: Change): boolean =>
    table === '*' || WAITED_FOR.has(table) || (OWN.has(table) && (ids === null || ids.includes(upgradeId)));
  await keepFresh(services, `upgrade ${upgradeId}`, concerns, signal, async () => {
    await noted(services, upgradeSlice, signal, read);
    await pause(REST_MS, signal);
  });
}

/** Their rows tell which upgrade they are of. */
const OWN: ReadonlySet<Change['table']> = new Set(['upgrades', 'upgrade_steps', 'upgrade_checks']);
/** What an upgrade waits for may be another one's slot, or be lifted. */
const WAITED_FOR: ReadonlySet<Change['table']> = new Set(['upgrade_queue', 'upgrade_limits', 'blackouts']);

async function readUpgrade(services: ConsoleServices, upgradeId: string): Promise<LoadedUpgrade> {
  const scope = services.scope();
  const upgrade = await getUpgrade(scope, upgradeId);
  const readAt = services.context.now().getTime();
  if (upgrade === null) return { ...notRead(upgradeId), state: 'missing', readAt };
  const [checks, worker, hold, audit] = await Promise.all([
    listUpgradeChecks(scope, upgradeId),
    workerOfUpgrade(scope, upgradeId),
    WAITING.has(upgrade.status) ? holdOfUpgrade(scope, upgradeId) : null,
    listAudit(scope, { upgradeId, limit: AUDIT_ROWS }),
  ]);
  return { upgradeId, upgrade, checks, worker, hold, audit, state: 'here', readAt, failed: false };
}
