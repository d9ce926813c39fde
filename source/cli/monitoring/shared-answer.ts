/**
 * Asks at most once at a time and once in `keepMs`, however many want to know: whoever asks too often gets the answer before. An answer that takes
 * longer than `withinMs` counts as none, and is waited for by the next.
 */
export function sharedAnswer<T>(
  ask: () => Promise<T>,
  { keepMs, withinMs }: { readonly keepMs: number; readonly withinMs: number },
): () => Promise<T | null> {
  let asked: { readonly answer: Promise<T | null>; settledAt: number } | null = null;
  return () => {
    if (asked === null || performance.now() - asked.settledAt > keepMs) {
      const current = { answer: ask().catch(() => null), settledAt: Infinity };
      void current.answer.then(() => (current.settledAt = performance.now()));
      asked = current;
    }
    return inTime(asked.answer, withinMs);
  };
}

async function inTime<T>(answer: Promise<T | null>, withinMs: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), withinMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
