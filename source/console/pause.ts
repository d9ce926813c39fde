import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, less long if the signal aborts; never rejects, and never keeps the process alive. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
