import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { cleanLine } from '../model/text.ts';
import { type CatalogueImage, listImages } from '../postgres/image-catalogue.ts';
import { checkImageFile, type ImageState } from '../upgrades/images/check-image-file.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { readingProgress } from './image-progress.ts';
import { findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { signalled } from './signalled.ts';

const SAID: Readonly<Record<ImageState, string>> = {
  right: 'is as it is on record',
  missing: 'IS MISSING',
  altered: 'IS ALTERED: its size or a digest differs from the record',
};

export const run: Run = async (argv, shell) => {
  const { operands } = readCommandLine(argv, {
    name: 'image verify',
    operands: '[FILE]',
    count: [0, 1],
    purpose:
      'Reads the images in NETUP_IMAGE_DIR, or one of them by its file name, and compares them with the record. The exit code is 1 if one is missing or altered.',
    flags: {},
    examples: ['image verify', 'image verify cat9k_iosxe.17.12.04.SPA.bin'],
  });
  const context = openContext(shell.env);
  const stop = signalled('Stopped before everything was read.');
  try {
    const { folder } = context.settings.images;
    if (folder === null) {
      throw new UserError(
        'netup-tui image verify needs the folder with the images: set NETUP_IMAGE_DIR, for example /srv/images.',
      );
    }
    const session = await findSession(context.database, context.settings);
    const { organizationId } = startMembership(session, context.settings.organization);
    const images = choose(await listImages(context.database.organization(organizationId)), operands[0]);
    let bad = 0;
    for (const image of images) {
      const { onBytes, clear } = readingProgress(shell.stderr, image.fileName, image.sizeBytes);
      const state = await checkImageFile(folder, image, { signal: stop.signal, onBytes }).finally(clear);
      print(shell.stdout, cleanLine(`${image.fileName} ${SAID[state]}.`));
      if (state !== 'right') bad += 1;
    }
    if (images.length === 0) print(shell.stdout, 'There are no images on record.');
    return bad === 0 ? 0 : 1;
  } finally {
    stop.release();
    await context.close();
  }
};

function choose(images: readonly CatalogueImage[], fileName: string | undefined): readonly CatalogueImage[] {
  if (fileName === undefined) return images;
  const found = images.filter((image) => image.fileName === fileName);
  if (found.length === 0)
    throw new UserError(`There is no image ${quoted(fileName, 120)} on record; see netup-tui image list.`);
  return found;
}
