/** Calls `run` at once, but not again before so many milliseconds have passed: calls meanwhile become one at the end of them. */
export function atMostEvery(milliseconds: number, run: () => void): () => void {
  let resting = false;
  let called = false;
  const go = (): void => {
    run();
    resting = true;
    // It keeps no process alive.
    setTimeout(() => {
      resting = false;
      if (!called) return;
      called = false;
      go();
    }, milliseconds).unref();
  };
  return () => {
    if (resting) called = true;
    else go();
  };
}
