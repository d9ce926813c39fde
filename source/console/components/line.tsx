import { Text, useIsScreenReaderEnabled } from 'ink';
import { memo, type ReactNode } from 'react';
import { spokenLine } from '../speech/spoken-line.ts';

/** One line of painted text, drawn again only when it changes; a screen reader gets it in words. Fit it to its width first. */
export const Line = memo(function Line({ text }: { readonly text: string }): ReactNode {
  if (useIsScreenReaderEnabled()) {
    const said = spokenLine(text);
    return said === '' ? null : <Text>{said}</Text>;
  }
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});

/** Painted lines, one below the other. */
export function Lines({ lines }: { readonly lines: readonly string[] }): ReactNode {
  // The position is the identity: what moves is the text, not the place.
  return lines.map((text, index) => <Line key={index} text={text} />);
}
