import { type CatalogueImage, listImages } from '../postgres/image-catalogue.ts';
import { readCommandLine } from './command-line.ts';
import { openContext } from './context.ts';
import { findSession, startMembership } from './session.ts';
import { print, type Run } from './shell.ts';
import { textTable } from './text-table.ts';

export const run: Run = async (argv, shell) => {
  const { flags } = readCommandLine(argv, {
    name: 'image list',
    purpose: 'Lists the firmware images that are on record.',
    flags: { json: { type: 'boolean', help: 'print a JSON list, with the digests' } },
    examples: ['image list', 'image list --json'],
  });
  const context = openContext(shell.env);
  try {
    const session = await findSession(context.database, context.settings);
    const { organizationId } = startMembership(session, context.settings.organization);
    const images = await listImages(context.database.organization(organizationId));
    if (flags.json === true) print(shell.stdout, JSON.stringify(images));
    else if (images.length === 0) print(shell.stdout, 'There are no images: add one with netup-tui image add.');
    else print(shell.stdout, ...table(images));
    return 0;
  } finally {
    await context.close();
  }
};

function table(images: readonly CatalogueImage[]): readonly string[] {
  return textTable([
    ['VENDOR', 'VERSION', 'FILE', 'MB', 'GOLDEN', 'FROM', 'MODELS'],
    ...images.map(({ vendor, version, fileName, sizeBytes, isGolden, minimumVersion, models }) => [
      vendor,
      version,
      fileName,
      (sizeBytes / 1e6).toFixed(sizeBytes < 1e7 ? 1 : 0),
      isGolden ? 'golden' : '-',
      minimumVersion ?? '-',
      models.join(' '),
    ]),
  ]);
}
