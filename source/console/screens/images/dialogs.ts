import { cleanLine } from '../../../model/text.ts';
import { type GoldenMark, markGolden, unmarkGolden } from '../../../postgres/golden-images.ts';
import { formatBytes, formatCount, plural } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import type { DialogLine } from '../../state/dialogs.ts';
import { FILE_WORDS, type ImageRow } from './columns.ts';
import { imagesSlice } from './state.ts';

/** All that is on record of an image. */
export function showDetails({ dialogs, context }: ConsoleServices, image: ImageRow): void {
  const { fileName, vendor, version, sizeBytes, minimumVersion, models, isGolden, golden, running, targeted } = image;
  const file = FILE_WORDS[image.file];
  dialogs.open({
    title: cleanLine(`${vendor} ${version}`),
    lines: [
      cleanLine(fileName),
      `${formatBytes(sizeBytes)} (${formatCount(sizeBytes)} bytes), released ${image.releasedOn ?? 'nobody said when'}`,
      cleanLine(`straight from ${minimumVersion ?? 'any version'}${minimumVersion === null ? '' : ' or newer'}`),
      '',
      { tone: 'muted', text: 'SHA-256' },
      image.sha256,
      { tone: 'muted', text: 'SHA-512' },
      image.sha512 ?? 'never computed: some platforms then cannot verify the image',
      '',
      { tone: 'muted', text: `models: ${formatCount(models.length)}` },
      cleanLine(models.join(', ')),
      '',
      { tone: 'muted', text: 'golden' },
      ...goldenLines(golden),
      ...(isGolden ? ['for its models in all organizations, where one has no mark of its own'] : []),
      ...(isGolden || golden.length > 0 ? [] : ['nowhere']),
      '',
      `${plural(running, 'router')} of its models run it, ${formatCount(targeted)} have it for a target.`,
      context.imageFolder == null
        ? 'The file is not looked at: NETUP_IMAGE_DIR is not set where this console runs.'
        : { tone: file.tone, text: `file: ${file.text}` },
    ],
  });
}

function goldenLines(golden: ImageRow['golden']): readonly DialogLine[] {
  const sites = [...new Set(golden.map(({ site }) => site))];
  return sites.map((site) => {
    const models = golden.filter((place) => place.site === site).map(({ model }) => model);
    return cleanLine(`${site === null ? 'here' : `at ${site}`}: ${models.join(', ')}`);
  });
}

/** Where and for which models, in two questions; the second says what it takes the place of. */
export function askGolden(services: ConsoleServices, image: ImageRow, on: boolean): void {
  const { fileName } = image;
  services.dialogs.open({
    title: on ? 'Make it golden: where?' : 'Golden no longer: where?',
    lines: [
      cleanLine(fileName),
      '',
      on
        ? 'A golden image is what routers get unless somebody chooses another one. The mark of a site comes before that of the organization, and that before the shared one.'
        : 'Only your own marks are taken away; the shared one stays.',
      ...(on ? [] : goldenLines(image.golden)),
      '',
      'The name of a site; empty: wherever no site has its own.',
    ],
    input: { label: 'site', initial: on ? '' : (image.golden[0]?.site ?? '') },
    confirm: {
      title: 'go on',
      run({ text }) {
        askModels(services, image, on, text.trim() === '' ? null : text.trim());
      },
    },
  });
}

function askModels(services: ConsoleServices, image: ImageRow, on: boolean, site: string | null): void {
  const { fileName, models } = image;
  const held = (model: string): string | null =>
    services.store
      .get(imagesSlice)
      .images?.find(({ golden }) => golden.some((place) => place.model === model && place.site === site))?.fileName ??
    null;
  const where = site === null ? services.membership().slug : `${services.membership().slug} at ${site}`;
  services.dialogs.open({
    title: `${on ? 'Golden' : 'Golden no longer'}: ${cleanLine(where)}`,
    tone: 'warn',
    lines: [
      cleanLine(fileName),
      '',
      ...models.map((model) => cleanLine(`${model}: golden now: ${held(model) ?? 'nothing of your own'}`)),
      '',
      'Names of models, with commas between them; empty: all of these.',
    ],
    input: { label: 'models' },
    confirm: {
      title: on ? 'mark' : 'take the mark away',
      async run({ text }) {
        const names = text
          .split(',')
          .map((name) => name.trim())
          .filter((name) => name !== '');
        const mark: GoldenMark = { fileName, models: names, site };
        const marked = await (on ? markGolden : unmarkGolden)(services.scope(), services.actor(), mark);
        services.notify(marked.length === 0 ? 'warn' : 'good', cleanLine(outcome(fileName, marked, on, where)));
      },
    },
  });
}

function outcome(fileName: string, models: readonly string[], on: boolean, where: string): string {
  if (models.length === 0) return `${fileName} had no such mark in ${where}.`;
  return `${fileName} is ${on ? '' : 'no longer '}golden for ${models.join(', ')} in ${where}.`;
}
