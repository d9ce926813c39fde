import type { ReactNode } from 'react';
import { useServices } from '../state/use-selector.ts';
import { fitParts, type Part } from '../text/parts.ts';
import { Lines } from './line.tsx';

export interface ChoiceListProps {
  readonly choices: readonly Part[];
  /** Index of the one chosen. */
  readonly chosen: number;
  readonly focused: boolean;
  readonly width: number;
  /** Most rows to draw; the list scrolls so that the chosen one is in sight. */
  readonly height?: number;
}

/** A radio list. It only draws: `choiceTarget` (state/choice-target.ts) takes the keys. */
export function ChoiceList({ choices, chosen, focused, width, height = choices.length }: ChoiceListProps): ReactNode {
  const { theme } = useServices();
  const top = Math.max(0, Math.min(choices.length - height, chosen - Math.floor(height / 2)));
  const lines = choices.slice(top, top + height).map((choice, index) => {
    const isChosen = top + index === chosen;
    const line = fitParts(theme, [isChosen ? { tone: 'accent', text: '(•) ' } : '( ) ', choice], width);
    return isChosen && focused ? theme.paint('selected', line) : line;
  });
  return <Lines lines={lines} />;
}
