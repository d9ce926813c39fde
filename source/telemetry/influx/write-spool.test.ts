import { chmod, readdir, readFile, rename, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { status } from '../../../test/support/influx-replay.ts';
import { useSpooledStores } from '../../../test/support/spooled-stores.ts';
import { numbered, range, settingsFor } from '../../../test/support/written-points.ts';
import { openInfluxStore } from './influx-store.ts';

const stored = status(204, {});
const down = status(503, { message: 'too busy' });
const MB = 1024 * 1024;

const stores = useSpooledStores();

describe('points that wait on disk', () => {
  test('are left there by a close in an outage, and sent in order before newer ones by the next store', async () => {
    stores.answer(down);
    const first = stores.open();
    await first.write(numbered(1, 7));
    await first.close();
    const sent = stores.watchServer();
    stores.answer(stored);
    const second = stores.open();
    expect(await second.writing?.()).toMatchObject({ waiting: 7, abandoned: 7, inMemory: 0, dropped: 0 });
    await second.write(numbered(8, 9));
    await second.flush();
    expect(sent()).toEqual(range(1, 9));
    expect(await second.writing?.()).toMatchObject({ waiting: 0, bytes: 0, oldestAt: null, abandoned: 0 });
    await second.close();
    expect(await stores.writers()).toEqual([]);
    expect(stores.logged()).toContain('telemetry left over from a writer that ended is sent now');
  });

  test('are sent from where it stopped, when some had been sent', async () => {
    stores.answer(stored, down);
    const first = stores.open();
    await first.write(numbered(1, 8));
    await expect(first.flush()).rejects.toThrow(/503/u);
    await first.close();
    const sent = stores.watchServer();
    stores.answer(stored);
    const second = stores.open();
    await second.write(numbered(9, 9));
    await second.flush();
    expect(sent()).toEqual(range(4, 9));
  });

  test('are not taken over by a store that only reads', async () => {
    stores.answer(down);
    const first = stores.open();
    await first.write(numbered(1, 3));
    await first.close();
    const reader = stores.open();
    await reader.flush();
    await reader.close();
    expect(await stores.open().writing?.()).toMatchObject({ waiting: 3, abandoned: 3 });
  });

  test('are apart for two writers at a time, and counted together', async () => {
    stores.answer(down);
    const [one, other] = [stores.open(), stores.open()];
    await one.write(numbered(1, 3));
    await other.write(numbered(4, 8));
    await Promise.allSettled([one.flush(), other.flush()]);
    expect(await stores.writers()).toHaveLength(2);
    const both = { waiting: 8, abandoned: 0 };
    await vi.waitFor(async () => expect(await one.writing?.()).toMatchObject(both), 5000);
    const sent = stores.watchServer();
    stores.answer(stored);
    await one.flush();
    await other.flush();
    expect(sent()).toEqual(range(1, 8));
  });

  test('of a writer that was killed while it took over another one are all found, the older ones first', async () => {
    stores.answer(down);
    const [one, other] = [stores.open(), stores.open()];
    await one.write(numbered(1, 3));
    const [older = ''] = await stores.writers();
    await other.write(numbered(4, 8));
    await Promise.all([one.close(), other.close()]);
    const newer = (await stores.writers()).find((folder) => folder !== older) ?? '';
    await rename(newer, path.join(older, `adopted.${path.basename(newer)}`));
    const sent = stores.watchServer();
    stores.answer(stored);
    const next = stores.open();
    await next.write(numbered(9, 9));
    await next.flush();
    expect(sent()).toEqual(range(1, 9));
  });

  test('of a writer that is gone go to one of several that come for them', async () => {
    stores.answer(down);
    const first = stores.open();
    await first.write(numbered(1, 12));
    await first.close();
    const sent = stores.watchServer();
    stores.answer(stored);
    const heirs = range(1, 5).map(() => stores.open());
    await Promise.all(heirs.map((heir, index) => heir.write(numbered(20 + index, 20 + index))));
    await Promise.all(heirs.map((heir) => heir.flush()));
    expect(sent().toSorted((left, right) => left - right)).toEqual([...range(1, 12), ...range(20, 24)]);
  });

  test('are never sent to another bucket', async () => {
    stores.answer(down);
    const first = stores.open();
    await first.write(numbered(1, 3));
    await first.close();
    stores.answer(stored);
    const other = openInfluxStore(
      { ...settingsFor(stores.url()), bucket: 'other' },
      { spool: { directory: stores.directory(), maxBytes: MB } },
    );
    const sent = stores.watchServer();
    await other.write(numbered(4, 4));
    await other.flush();
    expect(sent()).toEqual([4]);
    await other.close();
    expect(await stores.open().writing?.()).toMatchObject({ waiting: 3 });
  });

  test('belong to a writer on another machine until it has been silent for two minutes', async () => {
    stores.answer(down);
    const first = stores.open();
    await first.write(numbered(1, 3));
    await first.close();
    const [folder = ''] = await stores.writers();
    const elsewhere = path.join(path.dirname(folder), 'other-host.17.4242.1');
    await rename(folder, elsewhere);
    stores.answer(stored);
    const sent = stores.watchServer();
    const early = stores.open();
    await early.write(numbered(4, 4));
    await early.close();
    expect(sent()).toEqual([4]);
    const long = new Date(Date.now() - 121_000);
    await utimes(path.join(elsewhere, 'state.json'), long, long);
    await utimes(elsewhere, long, long);
    const late = stores.open();
    await late.write(numbered(5, 5));
    await late.close();
    expect(sent()).toEqual([4, 1, 2, 3, 5]);
  });

  test('are read by their owner alone', async () => {
    stores.answer(down);
    await chmod(stores.directory(), 0o755);
    const store = stores.open();
    await store.write(numbered(1, 3));
    await expect(store.flush()).rejects.toThrow(/503/u);
    await store.close();
    for (const name of await readdir(stores.directory(), { recursive: true })) {
      const { mode } = await stat(path.join(stores.directory(), name));
      expect([name, mode & 0o077]).toEqual([name, 0]);
    }
  });

  test('go from the oldest on at the bound, and are counted for the next writer too', async () => {
    stores.answer(down);
    const store = stores.open({ spool: { directory: stores.directory(), maxBytes: MB } }, 500);
    for (let at = 1; at < 20_000; at += 500) await store.write(numbered(at, at + 499));
    const state = await store.writing?.();
    const dropped = state?.dropped ?? 0;
    expect(dropped).toBeGreaterThan(5000);
    expect(state).toMatchObject({ waiting: 20_000 - dropped, lossAt: expect.any(Number) });
    expect(state?.bytes).toBeLessThanOrEqual(MB);
    // The batch that was being sent when its file went is only in memory, so that the end costs it too.
    await expect(store.close()).rejects.toThrow(`${dropped + 500} points were not stored: too many were waiting`);
    const next = stores.open();
    await next.write(numbered(20_001, 20_001));
    expect(await next.writing?.()).toMatchObject({ waiting: 20_001 - dropped - 500, dropped: dropped + 500 });
  });

  test('can be read of by a program that does not write, a second late at most', async () => {
    stores.answer(status(401, { code: 'unauthorized', message: 'no' }));
    const store = stores.open();
    await store.write([...numbered(1, 3), ...numbered(4, 4).map((point) => ({ ...point, time: -1 }))]);
    await expect(store.flush()).rejects.toThrow(/token/u);
    const [folder = ''] = await stores.writers();
    await vi.waitFor(async () => {
      expect(JSON.parse(await readFile(path.join(folder, 'state.json'), 'utf8'))).toMatchObject({
        waiting: 3,
        refused: { 'time invalid': 1 },
        trouble: expect.stringContaining('INFLUX_TOKEN'),
      });
    }, 5000);
  });
});
