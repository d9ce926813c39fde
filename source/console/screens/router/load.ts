import { gatherFullEvidence } from '../../../agent/gather-evidence.ts';
import type { FirmwareImage } from '../../../model/image.ts';
import type { Router } from '../../../model/router.ts';
import { sameVersion } from '../../../model/version.ts';
import { listAudit } from '../../../postgres/audit.ts';
import { imagesForModel } from '../../../postgres/images.ts';
import type { OrganizationScope } from '../../../postgres/database.ts';
import { explainPolicy } from '../../../postgres/policies.ts';
import { findRouter, getRouters } from '../../../postgres/routers.ts';
import { listUpgrades } from '../../../postgres/upgrades.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import type { ConsoleServices } from '../../services.ts';
import {
  noReadings,
  noRecord,
  routerReadingsSlice,
  type RouterRecord,
  routerRecordSlice,
  routerScrollSlice,
} from './state.ts';

const WINDOW_MS = 2 * 3_600_000;
/** One-minute means over the two hours. */
const STEPS = 120;
const HISTORY_ROWS = 20;

/** Keeps both parts of the screen fresh, each by itself: one database's outage does not blind the other's half. */
export async function loadRouter(services: ConsoleServices, routerId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  // What another router left must not be shown under this one's name, not even for a moment.
  if (store.get(routerRecordSlice).routerId !== routerId) {
    store.set(routerRecordSlice, noRecord(routerId));
    store.set(routerReadingsSlice, noReadings(routerId));
    store.set(routerScrollSlice, 0);
  }
  const tables = ['routers', 'upgrades', 'upgrade_policies', 'audit_events'] as const;
  await Promise.all([
    keepFresh(services, `router ${routerId}`, tables, signal, () => readRecord(services, routerId, signal)),
    keepFresh(services, `telemetry of ${routerId}`, ['routers', 'upgrade_policies'], signal, () =>
      readReadings(services, routerId, signal),
    ),
  ]);
}

async function readRecord(services: ConsoleServices, routerId: string, signal: AbortSignal): Promise<void> {
  const scope = services.scope();
  const router = await find(scope, routerId);
  const id = router?.id ?? routerId;
  const [candidates, upgrades, audit] = await Promise.all([
    explainPolicy(scope, id),
    listUpgrades(scope, { routerId: id, limit: HISTORY_ROWS }),
    listAudit(scope, { routerId: id, limit: HISTORY_ROWS }),
  ]);
  if (signal.aborted) return;
  const state = router === null ? 'missing' : 'here';
  const record: RouterRecord = { routerId, router, candidates, upgrades, audit, state };
  services.store.set(routerRecordSlice, record);
}

/** By id; by host name where somebody typed it on the command line. */
async function find(scope: OrganizationScope, routerId: string): Promise<Router | null> {
  return (await getRouters(scope, [routerId]))[0] ?? findRouter(scope, routerId);
}

async function readReadings(services: ConsoleServices, routerId: string, signal: AbortSignal): Promise<void> {
  const { context, store } = services;
  const scope = services.scope();
  const router = await find(scope, routerId);
  if (router === null) return;
  const now = context.now();
  // Whole minutes, so that a point is in the same step at every reading and the line does not tremble.
  const end = Math.ceil(now.getTime() / 60_000) * 60_000;
  const window = { start: end - WINDOW_MS, end };
  const { telemetry } = context;
  const { organizationId } = scope;
  const [cpu, memory, interfaces, imageId] = await Promise.all([
    telemetry.series(organizationId, [router.id], 'cpu', window, STEPS),
    telemetry.series(organizationId, [router.id], 'memory', window, STEPS),
    telemetry.interfaces(organizationId, router.id, window),
    targetImageId(services, router),
  ]);
  const evidence = (await gatherFullEvidence(scope, telemetry, [{ routerId: router.id, imageId }], now)).get(router.id);
  if (signal.aborted) return;
  store.set(routerReadingsSlice, {
    routerId,
    cpu: cpu.get(router.id) ?? null,
    memory: memory.get(router.id) ?? null,
    interfaces,
    policy: evidence?.policy ?? null,
    decision: evidence?.decision ?? null,
    readAt: now.getTime(),
  });
}

async function targetImageId(services: ConsoleServices, router: Router): Promise<string | null> {
  if (router.modelId === null || router.targetVersion === null) return null;
  return imageOfTarget(router, await imagesForModel(services.scope(), router.modelId))?.id ?? null;
}

/** The image whose version is the router's target, the golden one first. */
export function imageOfTarget(router: Router, images: readonly FirmwareImage[]): FirmwareImage | null {
  const { platform, targetVersion } = router;
  if (platform === null || targetVersion === null) return null;
  const fitting = images.filter(({ version }) => sameVersion(platform, version, targetVersion));
  return fitting.find(({ isGolden }) => isGolden) ?? fitting[0] ?? null;
}
