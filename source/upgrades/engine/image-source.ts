import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImageSettings } from '../../config/settings.ts';
import { UserError } from '../../config/user-error.ts';
import type { ImageSource } from '../../devices/operations.ts';
import type { ImageTransfer } from '../../model/image-route.ts';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
import { readImage } from '../images/read-image.ts';
import { StepFailed } from './step.ts';

/**
 * Digests of files that were read before, by path, with what they were then: an image of some GB is read once, not once a router. A change that
 * keeps size and time of writing still has another time of change (ctime), which nobody can set.
 */
const known = new Map<string, { readonly state: string; readonly sha256: Promise<string> }>();

type ImageWanted = Pick<UpgradeRun, 'image' | 'imageRoute'> & { readonly router: Pick<UpgradeRun['router'], 'site'> };

/**
 * Where a device gets an image from: as its site says, else from the image server, if one is set, else from us. A file of ours is read through first.
 * Rejects with `StepFailed` if it is missing or altered, with a `UserError` if what is needed is not set.
 */
export async function findImageSource(
  settings: ImageSettings,
  { image, imageRoute, router }: ImageWanted,
): Promise<ImageSource> {
  const { transfer } = imageRoute;
  const url = transfer === 'push' ? null : (imageRoute.url ?? settings.url);
  if (url !== null) {
    return {
      kind: 'pull',
      url: `${url.replace(/\/+$/u, '')}/${image.fileName}`,
      password: passwordFor(url, settings, router),
    };
  }
  const { folder } = settings;
  if (transfer === 'pull' || folder === null) throw new UserError(unknownPlace(router.site, transfer));
  const file = path.join(folder, image.fileName);
  const found = await stat(file).catch(() => null);
  if (found === null) throw new StepFailed(`The image ${image.fileName} is not in ${folder}.`);
  if (found.size !== image.sizeBytes || (await digestOf(file, found)) !== image.sha256) {
    throw new StepFailed(
      `The image ${image.fileName} in ${folder} is not the one on record: its size or SHA-256 differs.`,
    );
  }
  return { kind: 'push', path: file };
}

/**
 * The password is for the login that it was given for: a site's own server, which anybody with the role for it can name, does not get it unless that is
 * the same. One that does without gets none.
 */
function passwordFor(
  url: string,
  { url: own, password }: ImageSettings,
  { site }: ImageWanted['router'],
): string | null {
  if (password === null || (own !== null && loginOf(own) === loginOf(url))) return password;
  if (!needsPassword(url)) return null;
  throw new UserError(
    `The image server of the site ${site ?? '?'} wants a login, and NETUP_IMAGE_PASSWORD is only sent to the login of NETUP_IMAGE_URL: ` +
      'use the same one, or https without a login, or --transfer push.',
  );
}

function loginOf(text: string): string {
  const { protocol, username, host } = new URL(text);
  return `${protocol}//${username}@${host}`;
}

/** Nobody is logged in to an SSH server without one, and a name alone is no login. */
function needsPassword(text: string): boolean {
  const { protocol, username } = new URL(text);
  return protocol !== 'https:' || username !== '';
}

function unknownPlace(site: string | null, transfer: ImageTransfer | null): string {
  if (transfer === 'pull')
    return `The routers of the site ${site ?? '?'} are to fetch their images, and no server is known: set NETUP_IMAGE_URL, or one with \`netup-tui site set --image-url\`.`;
  if (transfer === 'push')
    return `The routers of the site ${site ?? '?'} are to be sent their images, and this worker has none: set NETUP_IMAGE_DIR.`;
  return 'The worker does not know where images are: set NETUP_IMAGE_URL, such as scp://images@198.51.100.7/srv/images, or NETUP_IMAGE_DIR.';
}

/** Reads the file unless it was read before and is what it was; reads at once wait for the same reading. */
function digestOf(file: string, { size, ctimeMs }: Stats): Promise<string> {
  const state = `${size}:${ctimeMs}`;
  const before = known.get(file);
  if (before?.state === state) return before.sha256;
  const sha256 = readImage(file).then((digests) => digests.sha256);
  const reading = { state, sha256 };
  known.set(file, reading);
  sha256.catch(() => {
    if (known.get(file) === reading) known.delete(file);
  });
  return sha256;
}
