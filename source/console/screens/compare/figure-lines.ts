import { cleanLine } from '../../../model/text.ts';
import { sparkline } from '../../components/sparkline.ts';
import { formatBitRate, formatCount } from '../../format/numbers.ts';
import { fit } from '../../text/width.ts';
import { heading, type LineParts } from '../upgrade/parts.ts';
import { type Compared, difference, type Measured } from './figures.ts';

/** `GigabitEthernet0/0/1 errors` fits. */
const NAME = 28;
const VALUE = 11;
const SPARK = 12;
/** From this width on there is room for the course of each figure. */
const ROOMY = 100;

/** Figures side by side: before, after, and what became of them. */
export function figureLines(
  title: string,
  note: string,
  figures: readonly Compared[],
  width: number,
): readonly LineParts[] {
  const roomy = width >= ROOMY;
  const half = VALUE + (roomy ? SPARK + 1 : 0);
  return [
    heading(title, note),
    [
      {
        tone: 'header',
        text: `  ${' '.repeat(NAME)}${fit('before', half, 'right')}  ${fit('after', half, 'right')}  difference`,
      },
    ],
    ...figures.map((figure): LineParts => {
      const { text, tone } = difference(figure);
      const scale = scaleOf(figure);
      const side = (one: Measured): LineParts => [
        ...(roomy ? [{ tone: 'muted', text: `${fit(sparkOf(one, scale), SPARK)} ` } as const] : []),
        fit(valueText(one.figure, figure.unit), VALUE, 'right'),
      ];
      return [
        `  ${fit(cleanLine(figure.name), NAME)}`,
        ...side(figure.before),
        '  ',
        ...side(figure.after),
        { tone, text: `  ${text}` },
      ];
    }),
  ];
}

/** Both courses are drawn to one scale, or they could not be compared. */
function scaleOf({ unit, before, after }: Compared): number {
  if (unit === 'percent') return 100;
  return Math.max(1, ...[...before.values, ...after.values].map((value) => value ?? 0));
}

function sparkOf({ values }: Measured, max: number): string {
  return values.length === 0 ? '' : sparkline(values, { width: SPARK, min: 0, max });
}

function valueText(value: number | null, unit: Compared['unit']): string {
  if (value === null) return 'no data';
  if (unit === 'percent') return `${value.toFixed(1)}%`;
  return unit === 'rate' ? formatBitRate(value) : formatCount(Math.round(value));
}
