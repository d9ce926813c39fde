import { imagesByModel, withBestImages } from '../agent/best-images.ts';
import type { EvidenceRequest } from '../agent/evidence-source.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { parseFilter } from '../model/fleet-filter.ts';
import { evidenceWindow } from '../model/gate-rules.ts';
import { readiness } from '../model/readiness.ts';
import type { Router } from '../model/router.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { getPolicies } from '../postgres/policies.ts';
import { streamRouters } from '../postgres/routers.ts';
import type { TelemetryStore } from '../telemetry/store.ts';

/** The routers that a filter keeps, written as in the console's fleet, by host name. Throws a `UserError` of the command for one that is none. */
export async function routersOfFilter(
  scope: OrganizationScope,
  telemetry: TelemetryStore,
  text: string,
  { now, command }: { readonly now: Date; readonly command: string },
): Promise<readonly Router[]> {
  const filter = parseFilter(text);
  if (!filter.ok) throw new UserError(`netup-tui ${command}: --filter: ${filter.fault}.`, { exitCode: 2 });
  const routers: Router[] = [];
  for await (const batch of streamRouters(scope)) routers.push(...batch.filter(({ status }) => status !== 'retired'));
  const { keep } = filter;
  if (keep === null) return routers;
  const { start, end } = evidenceWindow(now);
  const window = { start: start.getTime(), end: end.getTime() };
  const policyIds = [...new Set(routers.flatMap(({ policyId }) => policyId ?? []))];
  const [policies, healths] = await Promise.all([
    getPolicies(scope, policyIds),
    telemetry.fleetHealth(scope.organizationId, window),
  ]);
  return routers.filter((router) => {
    const health = healths.get(router.id) ?? null;
    const policy = policies.get(router.policyId ?? '') ?? null;
    const ready = readiness(router, health, policy, now.getTime());
    return keep({ router, health, policyName: policy?.name ?? null, readiness: ready });
  });
}

/** Each router with the image that it would go to: the one named, else the one that a request would take. */
export async function withImages(
  scope: OrganizationScope,
  routers: readonly Router[],
  fileName: string | undefined,
): Promise<readonly EvidenceRequest[]> {
  if (fileName === undefined) return withBestImages(scope, routers);
  const images = await imagesByModel(scope, routers);
  if (![...images.values()].flat().some((image) => image.fileName === fileName)) {
    const whose = routers.length === 1 ? `the model of ${routers[0]?.hostname ?? ''}` : 'any of the models';
    throw new UserError(`There is no image ${quoted(fileName, 120)} for ${whose}.`);
  }
  return routers.map(({ id, modelId }) => {
    const image = (images.get(modelId ?? '') ?? []).find((each) => each.fileName === fileName);
    return { routerId: id, imageId: image?.id ?? null };
  });
}
