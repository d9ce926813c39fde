import { bestImage } from '../../../model/best-image.ts';
import type { FirmwareImage } from '../../../model/image.ts';
import type { Router } from '../../../model/router.ts';
import { runsRelease } from '../../../model/version.ts';
import { cleanLine } from '../../../model/text.ts';
import { whyBlocked } from '../../../upgrades/refusals.ts';
import type { WizardForm } from './state.ts';

/** Routers of one model, and the images to choose from. */
export interface ModelGroup {
  readonly modelId: string;
  readonly name: string;
  readonly routers: readonly Router[];
  readonly images: readonly FirmwareImage[];
  /** The image that they would go to; null if there is none for the model. */
  readonly image: FirmwareImage | null;
}

export interface Obstacle {
  readonly router: Router;
  /** One clause. */
  readonly reason: string;
}

/** The routers that are still in, by host name. */
export function includedRouters({ data, leftOut }: WizardForm): readonly Router[] {
  return (data?.routers ?? []).filter(({ id }) => !leftOut.has(id));
}

/** The routers that were taken out, by host name. */
export function leftOutRouters({ data, leftOut }: WizardForm): readonly Router[] {
  return (data?.routers ?? []).filter(({ id }) => leftOut.has(id));
}

/** The included routers by model. A router without a known model is in no group. */
export function modelGroups(form: WizardForm): readonly ModelGroup[] {
  const routers = new Map<string, Router[]>();
  for (const router of includedRouters(form)) {
    if (router.modelId === null) continue;
    const ofModel = routers.get(router.modelId);
    if (ofModel === undefined) routers.set(router.modelId, [router]);
    else ofModel.push(router);
  }
  return [...routers].map(([modelId, ofModel]) => {
    const images = form.data?.images.get(modelId) ?? [];
    const [first] = ofModel;
    const name = [first?.vendor, first?.model].filter((word) => word !== null && word !== undefined).join(' ');
    const chosen = images.find(({ id }) => id === form.chosenImages.get(modelId));
    return { modelId, name, routers: ofModel, images, image: chosen ?? bestImage(ofModel, images) };
  });
}

/** The image of every included router that has one, by router id. */
export function imagesOf(form: WizardForm): ReadonlyMap<string, FirmwareImage> {
  return new Map(
    modelGroups(form).flatMap(({ routers, image }) =>
      image === null ? [] : routers.map(({ id }) => [id, image] as const),
    ),
  );
}

/** Included routers that no gate needs to look at to say no. */
export function obstaclesOf(form: WizardForm): readonly Obstacle[] {
  const images = imagesOf(form);
  return includedRouters(form).flatMap((router) => {
    const reason = obstacle(router, images.get(router.id) ?? null);
    return reason === null ? [] : [{ router, reason }];
  });
}

function obstacle(router: Router, image: FirmwareImage | null): string | null {
  if (router.status !== 'active') return `is ${router.status}, not active`;
  if (router.openUpgrade !== null) return `has upgrade ${router.openUpgrade.id} already (${router.openUpgrade.status})`;
  if (router.modelId === null) return 'has no model in the inventory, so no image fits it';
  if (image === null) return 'has no image for its model';
  if (runsRelease(router.platform, router.runningVersion, image.version)) return `runs ${image.version} already`;
  return null;
}

/** Included routers that a gate blocks, by the evidence that there is, and those that no gate is needed for. */
export function blockedRouters(form: WizardForm): readonly Obstacle[] {
  const { evidence } = form;
  if (evidence === null) return [];
  const images = imagesOf(form);
  const isWhole = isJudged(form);
  return includedRouters(form).flatMap((router) => {
    const decision = evidence.decisions.get(router.id);
    const unknown = isWhole ? 'is not in the inventory any more' : null;
    const byGate = decision === undefined ? unknown : whyBlocked(decision);
    const reason = obstacle(router, images.get(router.id) ?? null) ?? byGate;
    return reason === null ? [] : [{ router, reason }];
  });
}

/** If every included router was judged, for the image that it would go to now. */
export function isJudged(form: WizardForm): boolean {
  const judged = form.evidence?.images;
  return judged !== undefined && [...imagesOf(form)].every(([routerId, { id }]) => judged.get(routerId) === id);
}

/** What the gates are asked: the same question needs no new answer. */
export function questionOf(form: WizardForm): string {
  return [...imagesOf(form)].map(([routerId, image]) => `${routerId}\n${image.id}`).join('\n');
}

/** What has to be typed to confirm: the host name of one router, the number of several. */
export function confirmationOf(form: WizardForm): string {
  const routers = includedRouters(form);
  const [only] = routers;
  return routers.length === 1 && only !== undefined ? cleanLine(only.hostname) : String(routers.length);
}
