import type { ReactNode } from 'react';
import { Lines } from '../../components/line.tsx';
import { spokenSeries } from '../../speech/trend.ts';
import type { Part } from '../../text/parts.ts';
import { FIGURES } from './figures.ts';
import { emptyText, headParts, noteParts } from './head.ts';
import { markRows } from './legend.ts';
import type { Picture } from './picture.ts';
import { exactTime } from './zone.ts';

/** The charts in words: what each line comes to, the value of the step that is read, and the upgrades. */
export function SpokenCharts({ picture, now }: { readonly picture: Picture; readonly now: number }): ReactNode {
  const { lines, figure, cursor, steps, window, zone } = picture;
  const { format } = FIGURES[figure];
  const at = cursor === null ? undefined : steps.starts[cursor];
  const read = ({ values }: { readonly values: readonly (number | null)[] }): string => {
    if (at === undefined || cursor === null) return '';
    const value = values[cursor] ?? null;
    return `at ${exactTime(at, window, zone)} ${value === null ? 'no data' : format(value)}; `;
  };
  const said = [
    textOf([...headParts(picture), ...noteParts(picture, now)]),
    ...(lines.length === 0
      ? [emptyText(picture)]
      : lines.map(({ name, series }) => `${name}: ${read(series)}${spokenSeries(series.values, format)}`)),
    ...markRows(picture).map(textOf),
  ];
  return <Lines lines={said} />;
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : part.text)).join('');
}
