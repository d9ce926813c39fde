import { useEffect, useState } from 'react';
import { useServices } from './use-selector.ts';

/**
 * The time, anew every `everyMs` milliseconds; null: never again. Ask for it only where something on the screen grows old: each
 * tick is a frame.
 */
export function useNow(everyMs: number | null): number {
  const { context } = useServices();
  const [now, setNow] = useState(() => context.now().getTime());
  useEffect(() => {
    if (everyMs === null) return undefined;
    const tick = (): void => setNow(context.now().getTime());
    const timers = [setTimeout(tick), setInterval(tick, everyMs)];
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [context, everyMs]);
  return now;
}
