import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MOST_OUTPUT, StepOutput } from './step-output.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function collected(): { readonly kept: string[]; readonly output: StepOutput } {
  const kept: string[] = [];
  const keep = (text: string): Promise<void> => Promise.resolve(void kept.push(text));
  return { kept, output: new StepOutput(keep) };
}

describe('what a device prints in a step', () => {
  it('is handed over at most every two seconds, whole each time, and at the end', async () => {
    const { kept, output } = collected();
    output.add('a');
    output.add('b');
    await vi.advanceTimersByTimeAsync(1999);
    expect(kept).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(kept).toEqual(['a\nb']);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(kept).toEqual(['a\nb']);
    output.add('c');
    await output.end();
    expect(kept).toEqual(['a\nb', 'a\nb\nc']);
    await output.end();
    expect(vi.getTimerCount()).toBe(0);
    expect(kept).toHaveLength(2);
  });

  it('is of no interest any more after the end, nor when it is dropped', async () => {
    const { kept, output } = collected();
    output.add('a');
    await output.end();
    output.add('late');
    const dropped = collected();
    dropped.output.add('b');
    dropped.output.drop();
    dropped.output.add('c');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(kept).toEqual(['a']);
    expect(dropped.kept).toEqual([]);
  });

  it('is not handed over if it is nothing', async () => {
    const { kept, output } = collected();
    await output.end();
    expect(kept).toEqual([]);
  });

  it('is kept from its end, in whole lines and not above the bound', async () => {
    const { kept, output } = collected();
    for (let number = 0; number < 50_000; number += 1) output.add(`line ${number} é`);
    await output.end();
    const lines = kept[0]?.split('\n') ?? [];
    expect(Buffer.byteLength(kept[0] ?? '')).toBeLessThanOrEqual(MOST_OUTPUT);
    expect(Buffer.byteLength(kept[0] ?? '')).toBeGreaterThan(MOST_OUTPUT - 20);
    expect(lines.at(-1)).toBe('line 49999 é');
    expect(lines[0]).toMatch(/^line \d+ é$/u);
  });

  it('is kept from its end also if it is one line', async () => {
    const { kept, output } = collected();
    output.add(`${'é'.repeat(MOST_OUTPUT)}x`);
    await output.end();
    expect(kept[0]).toMatch(/^é+x$/u);
    expect(Buffer.byteLength(kept[0] ?? '')).toBeGreaterThan(MOST_OUTPUT - 4);
  });
});
