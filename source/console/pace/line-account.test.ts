import { describe, expect, it } from 'vitest';
import { LineAccount } from './line-account.ts';

/** A line, and a program that would send a part every so often. Tells how late the last part that was sent arrived, and how many were. */
function overLine(
  account: LineAccount,
  line: { readonly bytesPerMs: number; readonly roundTripMs: number },
  { parts, everyMs, bytes, from }: { parts: number; everyMs: number; bytes: number; from: number },
): { readonly sent: number; readonly worstMs: number } {
  const answers: number[] = [];
  let free = from;
  let sent = 0;
  let worstMs = 0;
  for (let now = from; now < from + parts * everyMs; now += 1) {
    const due = answers.filter((at) => at <= now).length;
    if (due > 0) account.answered(due, now);
    answers.splice(0, due);
    if ((now - from) % everyMs !== 0 || account.isFull(now)) continue;
    free = Math.max(free, now) + bytes / line.bytesPerMs;
    worstMs = Math.max(worstMs, free + line.roundTripMs / 2 - now);
    answers.push(free + line.roundTripMs);
    account.sent(bytes, now);
    sent += 1;
  }
  account.answered(answers.length, answers.at(-1) ?? free);
  return { sent, worstMs };
}

const held = { parts: 300, everyMs: 33, bytes: 150, from: 1000 };

describe('what is under way', () => {
  it('is everything, on a line that carries it', () => {
    for (const line of [
      { bytesPerMs: 10_000, roundTripMs: 2 },
      { bytesPerMs: 125, roundTripMs: 40 },
    ]) {
      expect(overLine(new LineAccount(), line, held)).toMatchObject({ sent: 300 });
    }
  });

  it('is nearly everything, on one that carries it with a long way', () => {
    const account = new LineAccount();
    const line = { bytesPerMs: 125, roundTripMs: 300 };
    expect(overLine(account, line, held).sent).toBeGreaterThan(270);
    expect(overLine(account, line, { ...held, from: 20_000 }).sent).toBeGreaterThan(290);
  });

  it('is less than a second of a slow one, which stays in use', () => {
    const { sent, worstMs } = overLine(new LineAccount(), { bytesPerMs: 1.2, roundTripMs: 300 }, held);
    expect(worstMs).toBeLessThan(1000);
    // 10 s carry 80 of them.
    expect(sent).toBeGreaterThan(65);
  });

  it('becomes less as soon as a fast line is slow', () => {
    const account = new LineAccount();
    overLine(account, { bytesPerMs: 10_000, roundTripMs: 2 }, held);
    const { worstMs } = overLine(account, { bytesPerMs: 1.2, roundTripMs: 300 }, { ...held, from: 20_000 });
    expect(worstMs).toBeLessThan(2500);
  });
});

it('is off when an answer was lost, and forgets', () => {
  const account = new LineAccount();
  account.sent(5000, 0);
  expect([account.isWaiting, account.isFull(1000), account.isOff(29_999), account.isOff(30_000)]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  account.forget();
  expect([account.isWaiting, account.isFull(30_000), account.isOff(30_000)]).toEqual([false, false, false]);
  account.answered(1, 30_001);
});
