import { PollFailed, type Poller, type PollPart, type PollTarget, type Reading } from '../poller.ts';

/**
 * One poll, broken off after a time. Settles only once the poller has let go, so that the router is not polled twice at once; a poller that
 * does not let go is a defect, and its router waits for it.
 */
export async function pollInTime(
  poller: Poller,
  target: PollTarget,
  parts: readonly PollPart[],
  { cut, timeoutMs }: { readonly cut: AbortController; readonly timeoutMs: number },
): Promise<Reading> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    cut.abort();
  }, timeoutMs);
  try {
    return await poller.poll(target, parts, cut.signal);
  } catch (error) {
    if (!isLate) throw error;
    throw new PollFailed('silent', `no answer over ${poller.name.toUpperCase()} within ${timeoutMs / 1000} s`);
  } finally {
    clearTimeout(timer);
  }
}
