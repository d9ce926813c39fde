import { evaluateGates } from '../model/evaluate-gates.ts';
import { evidenceWindow } from '../model/gate-rules.ts';
import type { Decision } from '../model/gate.ts';
import type { HealthSummary } from '../model/health.ts';
import type { FirmwareImage } from '../model/image.ts';
import type { Policy } from '../model/policy.ts';
import type { Router } from '../model/router.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { getImages } from '../postgres/images.ts';
import { getPolicies } from '../postgres/policies.ts';
import { getRouters } from '../postgres/routers.ts';
import type { TelemetryStore } from '../telemetry/store.ts';

/** A router, and the image that it would go to. */
export interface EvidenceRequest {
  readonly routerId: string;
  readonly imageId: string | null;
}

/** What a decision was made from, and the decision. */
export interface Evidence {
  readonly router: Router;
  readonly policy: Policy | null;
  /** Null if none was asked for, or there is none with that id. */
  readonly image: FirmwareImage | null;
  readonly decision: Decision;
}

/** Up to so many routers are asked for one by one (10 ms each, together); more in one query over the whole fleet. */
const ONE_BY_ONE = 8;

/**
 * The decision for each router as of `now`, from fresh rows and telemetry. Routers that do not exist are absent. A fixed number
 * of queries: three of PostgreSQL, and of telemetry one for the fleet, or one a router for up to eight. Rejects when a
 * database cannot be reached: no decision is made without asking.
 */
export async function gatherEvidence(
  scope: OrganizationScope,
  telemetry: TelemetryStore,
  requests: readonly EvidenceRequest[],
  now: Date,
): Promise<Map<string, Decision>> {
  const evidence = await gatherFullEvidence(scope, telemetry, requests, now);
  return new Map([...evidence].map(([routerId, { decision }]) => [routerId, decision]));
}

/** Like {@link gatherEvidence}, with the rows that each decision was made from. */
export async function gatherFullEvidence(
  scope: OrganizationScope,
  telemetry: TelemetryStore,
  requests: readonly EvidenceRequest[],
  now: Date,
): Promise<Map<string, Evidence>> {
  const window = evidenceWindow(now);
  const ids = [...new Set(requests.map(({ routerId }) => routerId))];
  const imageIds = [...new Set(requests.flatMap(({ imageId }) => imageId ?? []))];
  const routers = new Map((await getRouters(scope, ids)).map((router) => [router.id, router]));
  const policyIds = [...new Set([...routers.values()].flatMap(({ policyId }) => policyId ?? []))];
  const [policies, images, health] = await Promise.all([
    getPolicies(scope, policyIds),
    getImages(scope, imageIds),
    readHealth(telemetry, scope.organizationId, [...routers.keys()], window),
  ]);
  const evidence = new Map<string, Evidence>();
  for (const { routerId, imageId } of requests) {
    const router = routers.get(routerId);
    if (router === undefined) continue;
    const policy = policies.get(router.policyId ?? '') ?? null;
    const image = images.get(imageId ?? '') ?? null;
    const decision = evaluateGates({ policy, health: health.get(routerId) ?? null, router, image, window, now });
    evidence.set(routerId, { router, policy, image, decision });
  }
  return evidence;
}

async function readHealth(
  telemetry: TelemetryStore,
  organizationId: string,
  routerIds: readonly string[],
  window: { readonly start: Date; readonly end: Date },
): Promise<ReadonlyMap<string, HealthSummary>> {
  if (routerIds.length === 0) return new Map();
  const span = { start: window.start.getTime(), end: window.end.getTime() };
  if (routerIds.length > ONE_BY_ONE) return telemetry.fleetHealth(organizationId, span);
  const found = await Promise.all(
    routerIds.map(async (routerId) => {
      const health = await telemetry.health(organizationId, routerId, span);
      return health === null ? [] : [[routerId, health] as const];
    }),
  );
  return new Map(found.flat());
}
