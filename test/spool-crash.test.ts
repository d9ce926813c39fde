import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openInfluxStore } from '../source/telemetry/influx/influx-store.ts';
import { campaign } from './support/campaign.ts';
import { type Answer, type ReplayServer, startReplay, status } from './support/influx-replay.ts';
import { numbered, numbersIn, range, settingsFor } from './support/written-points.ts';
import { randomFrom } from './support/random.ts';

const WRITER = new URL('support/spool-writer.ts', import.meta.url).pathname;

let server: ReplayServer;
let directory = '';
beforeAll(async () => {
  server = await startReplay();
});
afterAll(() => server.close());
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'netup-spool-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** Runs the writer until it has said `accepted` so many times, then kills it. Resolves to the last number that it said was accepted. */
async function writeAndDie(first: number, writes: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, server.url, directory, String(first), '100000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let accepted = first - 1;
  let said = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const number = /^accepted (\d+)$/u.exec(line)?.[1];
    if (number !== undefined) accepted = Number(number);
    said += 1;
    if (said === writes) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return accepted;
}

function missing(accepted: readonly number[], arrived: readonly number[]): number[] {
  const there = new Set(arrived);
  return accepted.filter((number) => !there.has(number));
}

function openHere(): ReturnType<typeof openInfluxStore> {
  return openInfluxStore(settingsFor(server.url, 1000), {
    spool: { directory, maxBytes: 64 * 1024 * 1024 },
    retryDelayMs: [1, 10],
  });
}

test(
  'killed at any instant, in outages and out of them, no accepted point is lost, and their order is kept',
  // A campaign takes as long as it takes.
  { timeout: 0 },
  async () => {
    const { seed, runs } = campaign({ seed: 20_261_124, runs: 8 });
    const random = randomFrom(seed);
    const arrived: number[] = [];
    const store: Answer = (response, body) => {
      arrived.push(...numbersIn(body));
      response.writeHead(204).end();
    };
    const storeAndCut: Answer = (response, body) => {
      arrived.push(...numbersIn(body));
      response.destroy();
    };
    const weathers: readonly (readonly Answer[])[] = [
      [store],
      [status(503, {})],
      [store, store, status(500, {}), storeAndCut, store, (response) => void response.destroy(), store],
    ];
    const accepted: number[] = [];
    let first = 1;
    for (let run = 0; run < runs; run += 1) {
      server.answer(...(weathers[Math.floor(random() * weathers.length)] ?? []));
      const last = await writeAndDie(first, 1 + Math.floor(random() * 120));
      accepted.push(...range(first, last));
      // What was being written when it died may be on disk or not; those numbers are not used again.
      first = last + 101;
    }
    server.answer(store);
    const after = openHere();
    const before = await after.writing?.();
    expect(before?.waiting).toBeGreaterThanOrEqual(missing(accepted, arrived).length);
    expect(before?.abandoned).toBe(before?.waiting);
    await after.write(numbered(first, first));
    await after.flush();
    expect(missing(accepted, arrived)).toEqual([]);
    const firstArrivals = [...new Set(arrived)];
    const outOfOrder = firstArrivals.filter((number, at) => at > 0 && number < (firstArrivals[at - 1] ?? 0));
    expect(outOfOrder).toEqual([]);
    expect(await after.writing?.()).toMatchObject({ waiting: 0, abandoned: 0, dropped: 0, refused: {} });
    await after.close();
    expect(accepted.length).toBeGreaterThan(runs);
  },
);

test('on a full disk points wait in memory, and what is left at the end is counted', { timeout: 60_000 }, async () => {
  server.answer(status(503, {}));
  // No file can become larger than 64 kB: the write that would is cut short, as on a full disk.
  const child = spawn(
    'bash',
    ['-c', `ulimit -f 64; exec "$0" "$@"`, process.execPath, WRITER, server.url, directory, '1', '3000'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  if (child.exitCode === null) await once(child, 'exit');
  expect(lines).toContain('accepted 3000');
  expect(lines.filter((line) => line.startsWith('warning the telemetry spool cannot be written'))).toHaveLength(1);
  const left = Number(/closed .* (\d+) points were not stored: the store was closed/u.exec(lines.at(-1) ?? '')?.[1]);
  const arrived: number[] = [];
  server.answer((response, body) => {
    arrived.push(...numbersIn(body));
    response.writeHead(204).end();
  });
  const after = openHere();
  expect(await after.writing?.()).toMatchObject({
    waiting: 3000 - left,
    abandoned: 3000 - left,
    dropped: left,
    damaged: 0,
  });
  await after.write(numbered(4000, 4000));
  await after.flush();
  expect(arrived).toEqual([...range(1, 3000 - left), 4000]);
  await after.close();
});
