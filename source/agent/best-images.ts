import { bestImage } from '../model/best-image.ts';
import type { FirmwareImage } from '../model/image.ts';
import type { Router } from '../model/router.ts';
import type { OrganizationScope } from '../postgres/database.ts';
import { imagesForModel } from '../postgres/images.ts';
import type { EvidenceRequest } from './evidence-source.ts';

/** The images that fit the models of the routers, by model id: a query for each model, however many routers. */
export async function imagesByModel(
  scope: OrganizationScope,
  routers: readonly Router[],
): Promise<ReadonlyMap<string, readonly FirmwareImage[]>> {
  const modelIds = [...new Set(routers.flatMap(({ modelId }) => modelId ?? []))];
  const images = new Map<string, readonly FirmwareImage[]>();
  for (const modelId of modelIds) images.set(modelId, await imagesForModel(scope, modelId));
  return images;
}

/** Each router with the image that a request would take: the best one for its model and site, null if none fits. */
export async function withBestImages(
  scope: OrganizationScope,
  routers: readonly Router[],
): Promise<readonly EvidenceRequest[]> {
  const images = await imagesByModel(scope, routers);
  return routers.map((router) => ({
    routerId: router.id,
    imageId: bestImage([router], images.get(router.modelId ?? '') ?? [])?.id ?? null,
  }));
}
