import { cleanLine } from '../../../model/text.ts';
import type { Part } from '../../text/parts.ts';
import { displayWidth, fit } from '../../text/width.ts';
import { FIGURES } from './figures.ts';
import { letterOf } from './lines.ts';
import type { Picture } from './picture.ts';
import { exactTime } from './zone.ts';

type LineParts = readonly Part[];

const FIGURE_WIDTH = 11;
/** Room for the time that is read. */
const SMALLEST_NAME = 26;

/** Below the chart: each line's letter and name, its value where it is read, its last, least and greatest. */
export function legendRows(picture: Picture, width: number): readonly LineParts[] {
  const { lines, figure, cursor, steps, window, zone } = picture;
  const at = cursor === null ? undefined : steps.starts[cursor];
  const columns = [
    ...(at === undefined ? [] : ['then']),
    'last',
    'least',
    'greatest',
    ...(figure === 'errors' ? ['total'] : []),
  ];
  const names = Math.max(SMALLEST_NAME, ...lines.map(({ name }) => displayWidth(cleanLine(name))));
  const nameWidth = Math.max(SMALLEST_NAME, Math.min(names, width - 4 - columns.length * FIGURE_WIDTH));
  const read = at === undefined ? '← → read values' : `at ${exactTime(at, window, zone)}`;
  const head: LineParts = [
    { tone: 'muted', text: fit(`    ${read}`, nameWidth + 4) },
    { tone: 'header', text: columns.map((title) => fit(title, FIGURE_WIDTH, 'right')).join('') },
  ];
  const { format } = FIGURES[figure];
  const cell = (value: number | null): string => fit(value === null ? 'no data' : format(value), FIGURE_WIDTH, 'right');
  return [
    head,
    ...lines.map(({ series, name, extremes }): LineParts => {
      const { values } = series;
      const sum = values.reduce<number | null>((total, value) => (value === null ? total : (total ?? 0) + value), null);
      return [
        '  ',
        { tone: series.tone, text: series.letter },
        ` ${fit(cleanLine(name), nameWidth)}`,
        { tone: 'title', text: at === undefined ? '' : cell(values[cursor ?? 0] ?? null) },
        [lastOf(values), extremes?.[0] ?? null, extremes?.[1] ?? null].map(cell).join(''),
        figure === 'errors' ? cell(sum) : '',
      ];
    }),
  ];
}

/** What upgrades there were, newest first. */
export function markRows({ marks, routers, window, zone }: Picture): readonly LineParts[] {
  return marks
    .toReversed()
    .map(({ upgrade, marker, words }) => [
      '  ',
      { tone: marker.tone, text: marker.glyph },
      ` ${exactTime(marker.at, window, zone)}  `,
      { tone: 'title', text: letterOf(routers, upgrade.routerId) },
      ` upgrade ${upgrade.id} `,
      { tone: marker.tone, text: words },
    ]);
}

function lastOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
