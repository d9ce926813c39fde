import { createContext, use, useCallback, useRef, useSyncExternalStore } from 'react';
import type { ConsoleServices } from '../services.ts';
import type { Slice } from './slice.ts';
import { bodySize, terminalSlice, type Size } from './terminal.ts';

const ServicesContext = createContext<ConsoleServices | null>(null);

export const ServicesProvider = ServicesContext.Provider;

export function useServices(): ConsoleServices {
  const services = use(ServicesContext);
  if (services === null) throw new Error('useServices outside of the console');
  return services;
}

/**
 * What `select` makes of the state, again after every change; the component draws again only if it is not equal to what it was.
 * Select small things, and derive the rest in the component.
 */
export function useSelector<R>(
  select: (services: ConsoleServices) => R,
  isEqual: (left: R, right: R) => boolean = Object.is,
): R {
  const services = useServices();
  const last = useRef<{ value: R } | null>(null);
  const snapshot = useCallback((): R => {
    const value = select(services);
    if (last.current === null || !isEqual(last.current.value, value)) last.current = { value };
    return last.current.value;
  }, [services, select, isEqual]);
  return useSyncExternalStore(services.store.subscribe, snapshot);
}

export function useSlice<T>(slice: Slice<T>): T {
  return useSelector(useCallback(({ store }: ConsoleServices) => store.get(slice), [slice]));
}

/** Cells that the screen has for itself. */
export function useBody(): Size {
  return bodySize(useSlice(terminalSlice));
}
