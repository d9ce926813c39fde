import type { FirmwareImage } from './image.ts';
import type { Router } from './router.ts';
import { sameVersion } from './version.ts';

/**
 * The golden image of a version that the routers are meant to have; else the golden one; else any, of such a version first. What is golden at the site of
 * all of these routers comes before what is golden otherwise.
 */
export function bestImage(routers: readonly Router[], images: readonly FirmwareImage[]): FirmwareImage | null {
  const platform = routers[0]?.platform ?? null;
  const targets = [...new Set(routers.flatMap(({ targetVersion }) => targetVersion ?? []))];
  const wanted = images.filter(({ version }) => targets.some((target) => sameVersion(platform, version, target)));
  const atTheirSite = ({ goldenSites }: FirmwareImage): boolean =>
    routers.length > 0 && routers.every(({ site }) => site !== null && goldenSites.includes(site));
  const golden = (list: readonly FirmwareImage[]): FirmwareImage | undefined =>
    list.find(atTheirSite) ?? list.find(({ isGolden }) => isGolden);
  return golden(wanted) ?? golden(images) ?? wanted[0] ?? images[0] ?? null;
}
