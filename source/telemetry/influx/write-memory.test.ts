import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { startReplay, status } from '../../../test/support/influx-replay.ts';
import { numbered, settingsFor } from '../../../test/support/written-points.ts';
import { openInfluxStore } from './influx-store.ts';

const MB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('in a long outage the disk fills to its bound, and memory does not', { timeout: 60_000 }, async () => {
  const server = await startReplay();
  server.answer(status(503, {}));
  const directory = await mkdtemp(path.join(tmpdir(), 'netup-spool-'));
  const store = openInfluxStore(settingsFor(server.url, 1000), {
    spool: { directory, maxBytes: 24 * MB },
    retryDelayMs: [600_000, 600_000],
  });
  try {
    let next = 1;
    const write = async (points: number): Promise<void> => {
      for (const end = next + points; next < end; next += 1000) await store.write(numbered(next, next + 999));
    };
    await write(20_000);
    const before = bytesInUse();
    await write(280_000);
    const { waiting = 0, bytes = 0, dropped = 0, inMemory } = (await store.writing?.()) ?? {};
    expect(bytes).toBeGreaterThan(20 * MB);
    expect(bytes).toBeLessThanOrEqual(24 * MB);
    expect(waiting + dropped).toBe(300_000);
    expect(inMemory).toBe(0);
    // The spool holds ten times as much.
    expect(bytesInUse() - before).toBeLessThan(2 * MB);
  } finally {
    await store.close().catch(() => undefined);
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
});
