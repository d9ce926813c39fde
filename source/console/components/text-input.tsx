import type { ReactNode } from 'react';
import type { TextState } from '../state/text-state.ts';
import { useServices } from '../state/use-selector.ts';
import { fitParts } from '../text/parts.ts';
import { fieldParts, type FieldLook } from './field-parts.ts';
import { Line } from './line.tsx';

export interface TextInputProps extends FieldLook {
  readonly text: TextState;
  readonly label?: string;
}

/** A line to write, behind its label. It only draws: `textTarget` (state/text-state.ts) takes the keys. */
export function TextInput({ text, label, ...look }: TextInputProps): ReactNode {
  const { theme } = useServices();
  const before = label === undefined ? '' : `${theme.paint(look.focused ? 'key' : 'muted', label)} `;
  return <Line text={before + fitParts(theme, fieldParts(text, look), look.width)} />;
}
