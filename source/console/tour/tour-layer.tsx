import { Box } from 'ink';
import type { ReactNode } from 'react';
import type { CommandRegistry } from '../commands/registry.ts';
import { Lines } from '../components/line.tsx';
import { useBody, useServices, useSlice } from '../state/use-selector.ts';
import { fitParts, type Part, spreadParts } from '../text/parts.ts';
import { wrapLine } from '../text/wrap.ts';
import { TOUR_LENGTH, tourPages } from './tour-pages.ts';
import { tourSlice } from './tour-slice.ts';

const WIDTH = 62;

/** A page of the tour, in the corner above the footer: what it is about stays in sight. */
export function TourLayer({ registry }: { readonly registry: CommandRegistry }): ReactNode {
  const { theme } = useServices();
  const body = useBody();
  const page = useSlice(tourSlice);
  const shown = page === null ? undefined : tourPages(registry)[page];
  if (page === null || shown === undefined) return null;
  const inner = WIDTH - 4;
  const side = theme.paint('accent', '│');
  const framed = (line: string): string => `${side} ${line} ${side}`;
  const keys: readonly Part[] = [
    { tone: 'key', text: '↵' },
    page === TOUR_LENGTH - 1 ? ' done' : ' next',
    '  ',
    { tone: 'key', text: 'esc' },
    ' leaves  ',
    { tone: 'muted', text: 'any other key leaves and works' },
  ];
  const head = spreadParts(
    theme,
    [{ tone: 'title', text: shown.title }],
    [{ tone: 'muted', text: `tour ${page + 1} of ${TOUR_LENGTH}` }],
    inner,
  );
  const rule = '─'.repeat(WIDTH - 2);
  const lines = [
    theme.paint('accent', `┌${rule}┐`),
    framed(head),
    ...wrapLine(shown.text, inner).map((line) => framed(fitParts(theme, [line], inner))),
    framed(fitParts(theme, [''], inner)),
    framed(fitParts(theme, keys, inner)),
    theme.paint('accent', `└${rule}┘`),
  ];
  return (
    <Box
      position="absolute"
      left={body.columns - WIDTH - 1}
      top={1 + body.rows - lines.length}
      width={WIDTH}
      height={lines.length}
      flexDirection="column"
    >
      <Lines lines={lines} />
    </Box>
  );
}
