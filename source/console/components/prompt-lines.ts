import type { Hint } from '../commands/hints.ts';
import type { PromptState } from '../state/prompt.ts';
import { fitParts, spreadParts, type Part } from '../text/parts.ts';
import { displayWidth } from '../text/width.ts';
import type { Theme } from '../theme/theme.ts';
import { fieldParts } from './field-parts.ts';

/** The two lines of a prompt: what is written, and below it what is wrong, under the place, or what Tab offers. */
export function promptLines(
  theme: Theme,
  prompt: PromptState,
  hints: readonly Hint[],
  columns: number,
): readonly [line: string, below: string] {
  const label = ` ${prompt.spec.label}`;
  const room = columns - displayWidth(label) - 1;
  const field = fieldParts(prompt.text, { focused: true, width: room });
  const line = fitParts(theme, [{ tone: 'key', text: label }, ...field], columns);
  const keys = hints.flatMap(({ key, title }): readonly Part[] => ['  ', { tone: 'key', text: key }, ` ${title}`]);
  const below = prompt.fault === null ? offerParts(prompt) : faultParts(prompt, displayWidth(label), columns);
  return [
    line,
    prompt.fault === null ? spreadParts(theme, below, [...keys, ' '], columns) : fitParts(theme, below, columns),
  ];
}

/** `   ^ there is no field colour`, or with the words before the mark where there is no room behind it. */
function faultParts({ fault, text }: PromptState, from: number, columns: number): readonly Part[] {
  if (fault === null) return [];
  const at = Math.min(columns - 2, from + displayWidth(text.value.slice(0, fault.at)));
  const width = displayWidth(fault.text) + 2;
  if (at + width > columns && at > width) return [' '.repeat(at - width + 1), { tone: 'bad', text: `${fault.text} ^` }];
  // Too long for either side: its beginning counts.
  const start = at + width > columns ? Math.min(at, Math.floor(columns / 4)) : at;
  return [' '.repeat(start), { tone: 'bad', text: `^ ${fault.text}` }];
}

function offerParts({ completion: { candidates }, chosen }: PromptState): readonly Part[] {
  const first = Math.max(0, chosen - 2);
  return candidates
    .slice(first)
    .flatMap((text, index): readonly Part[] => [
      '  ',
      index + first === chosen ? { tone: 'key', text } : { tone: 'muted', text },
    ]);
}
