import { setTimeout as delay } from 'node:timers/promises';

/** How long the other duties wait for one that may take longer. */
const PATIENCE_MS = 1000;

/**
 * The run of a duty whose work may wait long for somebody else, such as a store or a language model. A run ends when the work does, or once
 * patience is over: then the work goes on, and the runs after it wait for the same work. What fails is thrown by the run that sees it.
 */
export function impatient(work: () => Promise<void>): () => Promise<void> {
  /** Never rejects. */
  let underWay: Promise<void> | null = null;
  let failure: { readonly error: unknown } | null = null;

  const pass = async (): Promise<void> => {
    try {
      await work();
      failure = null;
    } catch (error) {
      failure = { error };
    }
    underWay = null;
  };

  return async () => {
    underWay ??= pass();
    const patience = new AbortController();
    const enough = delay(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
    // What does not answer must not keep the worker from saying that it is alive.
    await Promise.race([underWay, enough]);
    patience.abort();
    const failed = failure;
    failure = null;
    if (failed !== null) throw failed.error;
  };
}
