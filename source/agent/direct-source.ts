import { COVERAGE_STEPS } from '../model/gate-rules.ts';
import type { HealthSummary } from '../model/health.ts';
import { listBlackouts } from '../postgres/blackouts.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { getImages } from '../postgres/images.ts';
import { getPolicies } from '../postgres/policies.ts';
import { pastFailures } from '../postgres/past-failures.ts';
import { redundancyPeers } from '../postgres/redundancy-peers.ts';
import { getRouters } from '../postgres/routers.ts';
import type { TelemetryStore, TimeWindow } from '../telemetry/store.ts';
import type { EvidenceSource, TelemetryEvidence } from './evidence-source.ts';

/** Up to so many routers are asked for one by one (10 ms each, together); more in one query over the whole fleet. */
const ONE_BY_ONE = 8;

/** Evidence from our own databases: six queries of PostgreSQL however many routers, and for more than eight of them two of telemetry. */
export function directSource(
  scope: OrganizationScope,
  telemetry: Pick<TelemetryStore, 'health' | 'fleetHealth' | 'coverage'>,
): EvidenceSource {
  return {
    async inventory(requests, { now, failuresSince }) {
      const ids = [...new Set(requests.map(({ routerId }) => routerId))];
      const imageIds = [...new Set(requests.flatMap(({ imageId }) => imageId ?? []))];
      const peers = await redundancyPeers(scope, ids);
      const all = [...new Set([...ids, ...[...peers.values()].flat()])];
      const routers = new Map((await getRouters(scope, all)).map((router) => [router.id, router]));
      const policyIds = [...new Set([...routers.values()].flatMap(({ policyId }) => policyId ?? []))];
      const [policies, images, blackouts, failures] = await Promise.all([
        getPolicies(scope, policyIds),
        getImages(scope, imageIds),
        listBlackouts(scope, now),
        pastFailures(scope, ids, failuresSince),
      ]);
      return { routers, peers, policies, images, blackouts, failures };
    },
    async telemetry(routerIds, { start, end }) {
      if (routerIds.length === 0) return new Map();
      const window = { start: start.getTime(), end: end.getTime() };
      const few = routerIds.length > ONE_BY_ONE ? null : routerIds;
      const [health, covered] = await Promise.all([
        few === null
          ? telemetry.fleetHealth(scope.organizationId, window)
          : healthOfEach(telemetry, scope.organizationId, few, window),
        telemetry.coverage(scope.organizationId, few, window, COVERAGE_STEPS),
      ]);
      const wanted = new Set(routerIds);
      const found = [...health].filter(([routerId]) => wanted.has(routerId));
      return new Map(
        found.map(([id, summary]): [string, TelemetryEvidence] => [
          id,
          { health: summary, coveredSteps: covered.get(id) ?? 0 },
        ]),
      );
    },
  };
}

async function healthOfEach(
  telemetry: Pick<TelemetryStore, 'health'>,
  organizationId: string,
  routerIds: readonly string[],
  window: TimeWindow,
): Promise<ReadonlyMap<string, HealthSummary>> {
  const found = await Promise.all(
    routerIds.map(async (routerId) => {
      const health = await telemetry.health(organizationId, routerId, window);
      return health === null ? [] : [[routerId, health] as const];
    }),
  );
  return new Map(found.flat());
}
