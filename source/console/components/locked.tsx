import type { ReactNode } from 'react';
import type { Lock } from '../state/lock.ts';
import type { Size } from '../state/terminal.ts';
import { useServices } from '../state/use-selector.ts';
import { fit } from '../text/width.ts';
import { Lines } from './line.tsx';

/** In place of everything while the screen is locked. Neither the organization nor the name that unlocks it is shown. */
export function Locked({ lock, size }: { readonly lock: Lock; readonly size: Size }): ReactNode {
  const { theme } = useServices();
  const ask = `Locked. Type your login name and Enter: ${lock.text.value}▏`;
  const lines = [
    theme.paint('warn', fit(ask, size.columns)),
    lock.wrong ? theme.paint('bad', fit('That is not the name of who uses it.', size.columns)) : fit('', size.columns),
    theme.paint('muted', fit('^C quits', size.columns)),
  ];
  return <Lines lines={lines.slice(0, Math.max(1, size.rows))} />;
}
