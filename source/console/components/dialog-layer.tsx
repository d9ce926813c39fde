import { Box } from 'ink';
import type { ReactNode } from 'react';
import { dialogsSlice } from '../state/dialogs.ts';
import { useBody, useServices, useSlice } from '../state/use-selector.ts';
import { dialogLines, dialogWidth } from './dialog-lines.ts';
import { Lines } from './line.tsx';

/** The dialog in front, over the middle of the screen. */
export function DialogLayer(): ReactNode {
  const { theme } = useServices();
  const body = useBody();
  const dialog = useSlice(dialogsSlice).at(-1);
  if (dialog === undefined) return null;
  const lines = dialogLines(theme, dialog, body);
  const width = dialogWidth(body);
  const left = Math.floor((body.columns - width) / 2);
  const top = 1 + Math.max(0, Math.floor((body.rows - lines.length) / 2));
  return (
    <Box position="absolute" left={left} top={top} width={width} height={lines.length} flexDirection="column">
      <Lines lines={lines} />
    </Box>
  );
}
