import { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { openSessionTerminal, windowOf } from './session-terminal.ts';

/** A channel whose client takes what it is given only when it is told to. */
class SlowChannel extends Duplex {
  taken = '';
  takeNext: (() => void) | null = null;

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken += String(chunk);
    this.takeNext = done;
  }
}

function terminalOf(channel: Duplex) {
  return openSessionTerminal(channel, new Socket(), { columns: 80, rows: 24 }, (work) => work());
}

test('a client that takes nothing is given no further frames, and nothing is lost or torn when it does', async () => {
  const channel = new SlowChannel({ highWaterMark: 2 * 1024 * 1024 });
  const { stdout } = terminalOf(channel);
  const frame = `${'x'.repeat(20_000)}\n`;
  let frames = 0;
  while (!stdout.writableNeedDrain && frames < 1000) {
    stdout.write(frame);
    frames += 1;
  }
  expect(frames).toBeLessThan(6);
  expect(channel.taken.length + channel.writableLength).toBeLessThan(2 * frame.length + 10);
  const drained = new Promise((resolve) => {
    stdout.once('drain', resolve);
  });
  for (let given = 0; given < frames; given += 1) {
    await vi.waitFor(() => expect(channel.takeNext).not.toBeNull());
    const take = channel.takeNext;
    channel.takeNext = null;
    take?.();
  }
  await drained;
  expect(channel.taken).toBe(frame.replace('\n', '\r\n').repeat(frames));
});

test('a client that sends without end is read so far and no faster', async () => {
  const channel = new SlowChannel();
  const { stdin } = terminalOf(channel);
  const got = vi.fn<(keys: Buffer) => void>();
  stdin.on('data', got);
  for (let count = 0; count < 40; count += 1) channel.push('k'.repeat(1024));
  await vi.waitFor(() => expect(channel.isPaused()).toBe(true));
  expect(got.mock.calls.length).toBeLessThan(20);
  await vi.waitFor(() => expect(got.mock.calls.length).toBe(40));
});

test.each([
  [
    { cols: 0, rows: 0 },
    { columns: 80, rows: 24 },
  ],
  [
    { cols: 200, rows: 50 },
    { columns: 200, rows: 50 },
  ],
  [
    { cols: 4_294_967_295, rows: 4_294_967_295 },
    { columns: 500, rows: 200 },
  ],
])('a window of %j is one of %j', (said, taken) => {
  expect(windowOf(said)).toEqual(taken);
});
