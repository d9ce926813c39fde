import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readSettings } from '../config/environment.ts';
import { quoted } from '../config/printable.ts';
import { UserError } from '../config/user-error.ts';
import { addImage, assertModels } from '../postgres/add-image.ts';
import { openDatabase } from '../postgres/database.ts';
import { readyImage } from '../upgrades/images/place-image.ts';
import { readCommandLine } from './command-line.ts';
import { adminSettings } from './context.ts';
import { refuseIfReadOnly } from './find-router.ts';
import { readingProgress } from './image-progress.ts';
import { print, type Run } from './shell.ts';
import { signalled } from './signalled.ts';

export const run: Run = async (argv, shell) => {
  const { flags, operands } = readCommandLine(argv, {
    name: 'image add',
    operands: 'FILE',
    count: [1, 1],
    purpose:
      'Puts a firmware image on record, with its size, SHA-256 and SHA-512, for all organizations, and copies it into NETUP_IMAGE_DIR if that is set. ' +
      'Uses PG_ADMIN_USER. Audited.',
    flags: {
      vendor: { type: 'string', placeholder: 'VENDOR', help: 'its vendor, as in the inventory' },
      version: { type: 'string', placeholder: 'VERSION', help: 'the version as a router says that it runs it' },
      model: {
        type: 'string',
        isMultiple: true,
        placeholder: 'MODEL',
        help: 'a model that it runs on; may be repeated',
      },
      minimum: {
        type: 'string',
        placeholder: 'VERSION',
        help: 'the oldest version that can be upgraded to it directly',
      },
      golden: { type: 'boolean', help: 'what routers get unless somebody chooses another image' },
      released: { type: 'string', placeholder: 'DATE', help: 'when the vendor released it, such as 2026-11-24' },
    },
    examples: ['image add cat9k_iosxe.17.12.04.SPA.bin --vendor Cisco --version 17.12.04 --model C9300-48UXM --golden'],
  });
  const [file = ''] = operands;
  const { vendor, version, model: models = [] } = flags;
  if (vendor === undefined || version === undefined || models.length === 0) {
    throw new UserError('netup-tui image add: --vendor, --version and at least one --model say what the image is.', {
      exitCode: 2,
    });
  }
  const settings = readSettings(shell.env);
  const admin = adminSettings(settings, 'image add');
  refuseIfReadOnly({ settings }, 'add an image');
  const fileName = path.basename(file);
  const sizeBytes = await checkFile(file, fileName);
  const releasedOn = checkDate(flags.released);
  const database = openDatabase({ ...admin, poolSize: 1 }, { applicationName: 'netup-tui image add' });
  const stop = signalled('Stopped: nothing is on record, and nothing was copied.');
  const { folder } = settings.images;
  try {
    await assertModels(database, vendor, models);
    const { onBytes, clear } = readingProgress(shell.stderr, fileName, sizeBytes);
    const ready = await readyImage(file, fileName, folder, { signal: stop.signal, onBytes }).finally(clear);
    try {
      const image = { vendor, version, fileName, ...ready.digests, models, releasedOn };
      const minimumVersion = flags.minimum ?? null;
      const outcome = await addImage(database, { ...image, minimumVersion, isGolden: flags.golden === true }, () =>
        ready.place(),
      );
      const said = { added: 'is on record', completed: 'was on record, and is completed', unchanged: 'was on record' };
      print(
        shell.stdout,
        `${fileName} ${said[outcome]}: ${ready.digests.sizeBytes} bytes, SHA-256 ${ready.digests.sha256}.`,
      );
      print(
        shell.stdout,
        folder === null
          ? 'NETUP_IMAGE_DIR is not set, so nothing was copied: put the file on the image server of NETUP_IMAGE_URL.'
          : `The file is in ${folder}.`,
      );
    } finally {
      await ready.discard();
    }
    return 0;
  } finally {
    stop.release();
    await database.close();
  }
};

/** The size of the file. Throws a `UserError` if there is none, or its name would not do on a device. */
async function checkFile(file: string, fileName: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) throw new UserError(`There is no file ${quoted(file, 200)}.`);
  if (found.size === 0) throw new UserError(`${quoted(file, 200)} is empty, so it is no image.`);
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]*$/u.test(fileName)) {
    throw new UserError(
      `${quoted(fileName, 120)} is no name for an image: devices take letters, digits and . _ + - only. Rename the file.`,
    );
  }
  return found.size;
}

function checkDate(text: string | undefined): string | null {
  if (text === undefined) return null;
  const date = new Date(`${text}T00:00:00Z`);
  // JavaScript makes the 2nd of March of the 30th of February.
  if (/^\d{4}-\d\d-\d\d$/u.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text))
    return text;
  throw new UserError(`netup-tui image add: ${quoted(text, 40)} is no date; --released is one such as 2026-11-24.`, {
    exitCode: 2,
  });
}
