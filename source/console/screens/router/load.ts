import { directSource } from '../../../agent/direct-source.ts';
import { gatherEvidence } from '../../../agent/gather-evidence.ts';
import type { FirmwareImage } from '../../../model/image.ts';
import type { Router } from '../../../model/router.ts';
import { sameVersion } from '../../../model/version.ts';
import { listAudit } from '../../../postgres/audit.ts';
import { imagesForModel } from '../../../postgres/images.ts';
import type { OrganizationScope } from '../../../postgres/database.ts';
import { explainPolicy } from '../../../postgres/policies.ts';
import { newestDecision } from '../../../postgres/newest-decision.ts';
import { findRouter, getRouters } from '../../../postgres/routers.ts';
import { listUpgrades } from '../../../postgres/upgrades.ts';
import { keepFresh } from '../../loaders/keep-fresh.ts';
import { noted } from '../../loaders/noted.ts';
import type { ConsoleServices } from '../../services.ts';
import { chartWindowSlice, noCharts, routerChartsSlice } from './chart-state.ts';
import { keepCharts } from './load-charts.ts';
import {
  firstRecord,
  noJudgement,
  noMade,
  noReadings,
  routerJudgementSlice,
  routerMadeSlice,
  routerReadingsSlice,
  type RouterRecord,
  routerRecordSlice,
  routerScrollSlice,
} from './state.ts';

const WINDOW_MS = 2 * 3_600_000;
const HISTORY_ROWS = 20;

/** Keeps all parts of the screen fresh, each by itself: one database's outage does not blind the other's half. */
export async function loadRouter(services: ConsoleServices, routerId: string, signal: AbortSignal): Promise<void> {
  const { store } = services;
  // What another router left must not be shown under this one's name, not even for a moment.
  if (store.get(routerRecordSlice).routerId !== routerId) {
    store.set(routerRecordSlice, firstRecord(services, routerId));
    store.set(routerReadingsSlice, noReadings(routerId));
    store.set(routerChartsSlice, noCharts(routerId, store.get(chartWindowSlice)));
    store.set(routerJudgementSlice, noJudgement(routerId));
    store.set(routerMadeSlice, noMade(routerId));
    store.set(routerScrollSlice, 0);
  }
  // Opened by host name, it has no id for telemetry before the record is read.
  const id = Promise.withResolvers<string | null>();
  signal.addEventListener('abort', () => id.resolve(null), { once: true });
  const found = (router: Router | null): void => {
    if (router !== null) id.resolve(router.id);
  };
  found(store.get(routerRecordSlice).router);

  const recordTables = ['routers', 'upgrades', 'upgrade_policies', 'audit_events'] as const;
  const judgementTables = ['routers', 'upgrades', 'upgrade_policies'] as const;
  await Promise.all([
    keepFresh(services, `router ${routerId}`, recordTables, signal, () =>
      noted(services, routerRecordSlice, signal, async () => found(await readRecord(services, routerId, signal))),
    ),
    keepFresh(services, `telemetry of ${routerId}`, [], signal, () =>
      noted(services, routerReadingsSlice, signal, async () => readReadings(services, await id.promise, signal)),
    ),
    keepCharts(services, routerId, id.promise, signal),
    keepFresh(services, `the last decision on ${routerId}`, ['upgrades'], signal, () =>
      noted(services, routerMadeSlice, signal, async () => readMade(services, await id.promise, signal)),
    ),
    keepFresh(services, `decision for ${routerId}`, judgementTables, signal, () =>
      noted(services, routerJudgementSlice, signal, async () => judge(services, await id.promise, signal)),
    ),
  ]);
}

async function readRecord(services: ConsoleServices, routerId: string, signal: AbortSignal): Promise<Router | null> {
  const scope = services.scope();
  const router = await find(scope, routerId);
  const id = router?.id ?? routerId;
  const [candidates, upgrades, audit] = await Promise.all([
    explainPolicy(scope, id),
    listUpgrades(scope, { routerId: id, limit: HISTORY_ROWS }),
    listAudit(scope, { routerId: id, limit: HISTORY_ROWS }),
  ]);
  if (signal.aborted) return null;
  const state = router === null ? 'missing' : 'here';
  const readAt = services.context.now().getTime();
  const record: RouterRecord = { routerId, router, candidates, upgrades, audit, state, readAt, failed: false };
  services.store.set(routerRecordSlice, record);
  return router;
}

/** By id; by host name where somebody typed it on the command line. */
async function find(scope: OrganizationScope, routerId: string): Promise<Router | null> {
  return (await getRouters(scope, [routerId]))[0] ?? findRouter(scope, routerId);
}

async function readReadings({ context, store, membership }: ConsoleServices, id: string | null, signal: AbortSignal) {
  if (id === null || signal.aborted) return;
  const { telemetry } = context;
  const { organizationId } = membership();
  const now = context.now().getTime();
  const end = Math.ceil(now / 60_000) * 60_000;
  const window = { start: end - WINDOW_MS, end };
  const [interfaces, sensors] = await Promise.all([
    telemetry.interfaces(organizationId, id, window),
    telemetry.sensors(organizationId, id, window),
  ]);
  if (signal.aborted) return;
  store.update(routerReadingsSlice, ({ routerId }) => ({
    routerId,
    interfaces,
    sensors,
    readAt: now,
    failed: false,
  }));
}

async function readMade(services: ConsoleServices, id: string | null, signal: AbortSignal): Promise<void> {
  if (id === null || signal.aborted) return;
  const kept = await newestDecision(services.scope(), id);
  if (signal.aborted) return;
  services.store.update(routerMadeSlice, ({ routerId, made }) => {
    // One that was made here a moment ago, and could not be kept, is still the newest.
    const isNewer = made !== null && made.id === null && (kept === null || kept.decidedAt < made.decidedAt);
    return { routerId, made: isNewer ? made : kept, readAt: services.context.now().getTime(), failed: false };
  });
}

async function judge(services: ConsoleServices, id: string | null, signal: AbortSignal): Promise<void> {
  if (id === null || signal.aborted) return;
  const { context, store } = services;
  const scope = services.scope();
  const now = context.now();
  const [router] = await getRouters(scope, [id]);
  const imageId = router === undefined ? null : await targetImageId(scope, router);
  const source = directSource(scope, context.telemetry);
  const decisions = await gatherEvidence(source, [{ routerId: id, imageId }], { now, byPerson: true });
  if (signal.aborted) return;
  const decision = decisions.get(id) ?? null;
  store.update(routerJudgementSlice, ({ routerId }) => ({
    routerId,
    decision,
    madeAt: now.getTime(),
    failed: false,
  }));
}

/** The image of the target version; null if there is none. */
export async function targetImageId(scope: OrganizationScope, router: Router): Promise<string | null> {
  if (router.modelId === null || router.targetVersion === null) return null;
  return imageOfTarget(router, await imagesForModel(scope, router.modelId))?.id ?? null;
}

/** The image whose version is the router's target, the golden one first. */
function imageOfTarget(router: Router, images: readonly FirmwareImage[]): FirmwareImage | null {
  const { platform, targetVersion } = router;
  if (platform === null || targetVersion === null) return null;
  const fitting = images.filter(({ version }) => sameVersion(platform, version, targetVersion));
  return fitting.find(({ isGolden }) => isGolden) ?? fitting[0] ?? null;
}
