import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { atMostEvery } from './at-most-every.ts';

describe('what runs at most every 100 ms', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('runs at once, and then once for all calls until the time is over', () => {
    const run = vi.fn<() => void>();
    const call = atMostEvery(100, run);
    call();
    expect(run).toHaveBeenCalledTimes(1);
    call();
    call();
    vi.advanceTimersByTime(99);
    expect(run).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(2);
    // The run at the end of the time counts as well.
    call();
    vi.advanceTimersByTime(99);
    expect(run).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('runs at once again after a rest', () => {
    const run = vi.fn<() => void>();
    const call = atMostEvery(100, run);
    call();
    vi.advanceTimersByTime(100);
    expect(run).toHaveBeenCalledTimes(1);
    call();
    expect(run).toHaveBeenCalledTimes(2);
  });
});
