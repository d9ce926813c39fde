import type { FirmwareImage } from '../../../model/image.ts';
import { formatBytes, plural } from '../../format/numbers.ts';
import type { Part } from '../../text/parts.ts';
import { fit } from '../../text/width.ts';
import { modelGroups, obstaclesOf } from './plan.ts';
import type { WizardForm } from './state.ts';

type LineParts = readonly Part[];

/** The images that can be chosen, in the order in which the cursor goes through them. */
export function imageChoices(form: WizardForm): readonly { readonly modelId: string; readonly image: FirmwareImage }[] {
  return modelGroups(form).flatMap(({ modelId, images }) => images.map((image) => ({ modelId, image })));
}

/** Page 1: an image for each model, and the routers that cannot go anywhere. */
export function imageLines(form: WizardForm): readonly LineParts[] {
  if (form.data === null) return [[{ tone: 'muted', text: 'Reading the routers …' }]];
  let position = -1;
  const groups = modelGroups(form).flatMap(({ name, routers, images, image: chosen }): LineParts[] => [
    [
      { tone: 'title', text: name },
      {
        tone: 'muted',
        text: `   ${plural(routers.length, 'router')}: ${routers.map(({ hostname }) => hostname).join(', ')}`,
      },
    ],
    ...images.flatMap((image) => {
      position += 1;
      return choiceLines(image, image === chosen, position === form.cursor);
    }),
    ...(images.length === 0 ? [[{ tone: 'bad', text: '   no image for this model' } as const]] : []),
    [],
  ]);
  return [...groups, ...obstacleLines(form), ...leftOutLines(form)];
}

function choiceLines(image: FirmwareImage, chosen: boolean, current: boolean): LineParts[] {
  const bar: Part = current ? { tone: 'accent', text: '▌ ' } : '  ';
  const golden: Part = image.isGolden ? { tone: 'good', text: 'golden' } : '      ';
  return [
    [
      bar,
      chosen ? { tone: 'accent', text: '(•) ' } : '( ) ',
      { tone: 'title', text: fit(image.version, 13) },
      golden,
      `  ${fit(formatBytes(image.sizeBytes), 9, 'right')}  ${image.fileName}`,
    ],
    [bar, { tone: 'muted', text: `    sha256 ${image.sha256}` }],
  ];
}

function obstacleLines(form: WizardForm): readonly LineParts[] {
  const obstacles = obstaclesOf(form);
  if (obstacles.length === 0) return [];
  return [
    [
      {
        tone: 'warn',
        text: `⚠ ${plural(obstacles.length, 'router')} cannot be upgraded; x leaves ${obstacles.length === 1 ? 'it' : 'them'} out:`,
      },
    ],
    ...obstacles.map(({ router, reason }): LineParts => [`   ${router.hostname} `, { tone: 'muted', text: reason }]),
    [],
  ];
}

function leftOutLines(form: WizardForm): readonly LineParts[] {
  const names = (form.data?.routers ?? []).filter(({ id }) => form.leftOut.has(id)).map(({ hostname }) => hostname);
  return names.length === 0 ? [] : [[{ tone: 'muted', text: `left out: ${names.join(', ')}` }]];
}
