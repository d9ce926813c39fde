import type { FirmwareImage } from '../../../model/image.ts';
import { cleanLine } from '../../../model/text.ts';
import type { Router } from '../../../model/router.ts';
import { formatBytes, plural } from '../../format/numbers.ts';
import type { Part } from '../../text/parts.ts';
import { displayWidth, fit } from '../../text/width.ts';
import { leftOutRouters, modelGroups, type Obstacle, obstaclesOf } from './plan.ts';
import type { WizardForm } from './state.ts';

type LineParts = readonly Part[];

/** What the cursor goes through on page 1: images to choose, routers to leave out, routers to take back in. */
export type ImageItem =
  | { readonly kind: 'image'; readonly modelId: string; readonly image: FirmwareImage }
  | { readonly kind: 'obstacle' | 'left-out'; readonly router: Router };

/** Lines, and which of them the cursor is on. */
export interface ImagePage {
  readonly lines: readonly LineParts[];
  readonly cursorLine: number;
}

/** Names shown behind a model; the count says the rest. */
const NAMES_SHOWN = 12;
const NAME_WIDTH = 20;
const WIDEST_VERSION = 20;

export function imageItems(form: WizardForm): readonly ImageItem[] {
  return [
    ...modelGroups(form).flatMap(({ modelId, images }) =>
      images.map((image) => ({ kind: 'image', modelId, image }) as const),
    ),
    ...obstaclesOf(form).map(({ router }) => ({ kind: 'obstacle', router }) as const),
    ...leftOutRouters(form).map((router) => ({ kind: 'left-out', router }) as const),
  ];
}

/** Page 1: an image for each model, and the routers that cannot go anywhere. */
export function imagePage(form: WizardForm): ImagePage {
  if (form.data === null) return { lines: [unreadLine(form)], cursorLine: 0 };
  const lines: LineParts[] = [];
  let cursorLine = 0;
  let position = 0;
  const items = imageItems(form);
  const cursor = Math.min(form.cursor, items.length - 1);
  const versions = items.flatMap((each) => (each.kind === 'image' ? displayWidth(cleanLine(each.image.version)) : []));
  const versionWidth = Math.min(WIDEST_VERSION, Math.max(0, ...versions)) + 1;
  const obstacles = obstaclesOf(form);
  const item = (draw: (bar: Part) => readonly LineParts[]): void => {
    const current = position === cursor;
    if (current) cursorLine = lines.length;
    lines.push(...draw(current ? { tone: 'accent', text: '▌ ' } : '  '));
    position += 1;
  };
  const gone = form.routerIds.length - form.data.routers.length;
  if (gone > 0) {
    lines.push([{ tone: 'warn', text: `⚠ ${plural(gone, 'router')} not in the inventory any more` }]);
  }
  if (obstacles.length > 0 && form.data.routers.length > 1) {
    lines.push([
      { tone: 'warn', text: `⚠ ${obstacles.length} of ${form.routerIds.length} cannot be upgraded: see below` },
    ]);
  }
  for (const { name, routers, images, image: chosen } of modelGroups(form)) {
    lines.push(modelLine(name, routers));
    for (const image of images) item((bar) => choiceLines(bar, image, image === chosen, versionWidth));
    if (images.length === 0) lines.push([{ tone: 'bad', text: '   no image for this model' }]);
    lines.push([]);
  }
  if (obstacles.length > 0) lines.push(obstacleTitle(form, obstacles.length));
  for (const obstacle of obstacles) item((bar) => [obstacleLine(bar, obstacle)]);
  const leftOut = leftOutRouters(form);
  if (leftOut.length > 0) lines.push([{ tone: 'muted', text: `left out: ${plural(leftOut.length, 'router')}` }]);
  for (const { hostname } of leftOut) item((bar) => [[bar, { tone: 'muted', text: `· ${hostname}` }]]);
  return { lines, cursorLine };
}

function unreadLine({ unread }: WizardForm): LineParts {
  return unread
    ? [{ tone: 'bad', text: 'PostgreSQL does not answer; the routers are read as soon as it does.' }]
    : [{ tone: 'muted', text: 'Reading the routers …' }];
}

function modelLine(name: string, routers: readonly Router[]): LineParts {
  const names = routers.slice(0, NAMES_SHOWN).map(({ hostname }) => hostname);
  const more = routers.length > NAMES_SHOWN ? ', …' : '';
  return [
    { tone: 'title', text: name },
    { tone: 'muted', text: `   ${plural(routers.length, 'router')}: ${names.join(', ')}${more}` },
  ];
}

function choiceLines(bar: Part, image: FirmwareImage, chosen: boolean, versionWidth: number): readonly LineParts[] {
  const golden: Part = image.isGolden ? { tone: 'good', text: 'golden' } : '      ';
  return [
    [
      bar,
      chosen ? { tone: 'accent', text: '(•) ' } : '( ) ',
      { tone: 'title', text: fit(image.version, versionWidth) },
      golden,
      ` ${fit(formatBytes(image.sizeBytes), 8, 'right')} ${image.fileName}`,
    ],
    [bar, { tone: 'muted', text: `    sha256 ${image.sha256}` }],
  ];
}

function obstacleTitle(form: WizardForm, count: number): LineParts {
  if (form.data?.routers.length === 1) return [{ tone: 'warn', text: '⚠ this router cannot be upgraded:' }];
  const text = `⚠ ${plural(count, 'router')} cannot be upgraded; x leaves ${count === 1 ? 'it' : 'them'} out:`;
  return [{ tone: 'warn', text }];
}

function obstacleLine(bar: Part, { router, reason }: Obstacle): LineParts {
  return [bar, `${fit(router.hostname, NAME_WIDTH)} `, { tone: 'muted', text: reason }];
}
