import type { ReactNode } from 'react';
import { SMALLEST, type Size } from '../state/terminal.ts';
import { useServices } from '../state/use-selector.ts';
import { fit } from '../text/width.ts';
import { Lines } from './line.tsx';

/** In place of everything while the terminal is too small to be of use. */
export function TooSmall({ size }: { readonly size: Size }): ReactNode {
  const { theme } = useServices();
  const lines = [
    theme.paint('warn', fit('terminal too small', size.columns)),
    fit(`needs ${SMALLEST.columns}x${SMALLEST.rows}, is ${size.columns}x${size.rows}`, size.columns),
    theme.paint('muted', fit('^C quits', size.columns)),
  ];
  return <Lines lines={lines.slice(0, Math.max(1, size.rows))} />;
}
