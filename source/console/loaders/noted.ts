import type { ConsoleServices } from '../services.ts';
import type { Slice } from '../state/slice.ts';

/** Notes in the slice that an attempt failed, and passes the failure on. */
export async function noted<T extends { readonly failed: boolean }>(
  { store }: ConsoleServices,
  slice: Slice<T>,
  signal: AbortSignal,
  read: () => Promise<void>,
): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!signal.aborted) store.update(slice, (before) => ({ ...before, failed: true }));
    throw error;
  }
}
