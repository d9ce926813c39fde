import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { status } from '../../../test/support/influx-replay.ts';
import { useSpooledStores } from '../../../test/support/spooled-stores.ts';
import { numbered, range } from '../../../test/support/written-points.ts';

const stored = status(204, {});
const down = status(503, { message: 'too busy' });
const MB = 1024 * 1024;

const stores = useSpooledStores();

describe('a disk that fails', () => {
  test('leaves points in memory, with a warning, until it works again', async () => {
    stores.answer(down);
    let now = Date.now();
    const place = path.join(stores.directory(), 'spool');
    await writeFile(place, 'a file where the folder should be');
    const store = stores.open({ spool: { directory: place, maxBytes: MB }, now: () => now });
    await store.write(numbered(1, 4));
    expect(await store.writing?.()).toMatchObject({ waiting: 4, inMemory: 4 });
    const warning = 'the telemetry spool cannot be written: points wait in memory, and are lost if this process ends';
    expect(stores.logged().filter((message) => message === warning)).toHaveLength(1);
    await rm(place);
    now += 1000;
    await store.write(numbered(5, 5));
    expect(await store.writing?.()).toMatchObject({ waiting: 5, inMemory: 5 });
    now += 5000;
    await store.write(numbered(6, 6));
    // The first batch is under way from memory.
    await vi.waitFor(async () => expect(await store.writing?.()).toMatchObject({ waiting: 6, inMemory: 3 }));
    expect(stores.logged()).toContain('telemetry is spooled to disk again');
    const sent = stores.watchServer();
    stores.answer(stored);
    await store.flush();
    expect(sent()).toEqual(range(1, 6));
  });

  test('and a server that fails too: the oldest in memory go first, and are counted', async () => {
    stores.answer(down);
    const place = path.join(stores.directory(), 'spool');
    await writeFile(place, '');
    const store = stores.open({ spool: { directory: place, maxBytes: MB }, maxQueued: 6 });
    await store.write(numbered(1, 12));
    const dropped = (await store.writing?.())?.dropped ?? 0;
    expect(dropped).toBeGreaterThanOrEqual(6);
    await expect(store.close()).rejects.toThrow('12 points were not stored: the store was closed');
  });

  test('a folder that is removed under it costs what was in it, which is counted, and nothing after that', async () => {
    stores.answer(down);
    let now = Date.now();
    const store = stores.open({ now: () => now });
    await store.write(numbered(1, 3));
    await expect(store.flush()).rejects.toThrow(/503/u);
    for (const name of await readdir(stores.directory()))
      await rm(path.join(stores.directory(), name), { recursive: true });
    const sent = stores.watchServer();
    stores.answer(stored);
    await store.flush();
    await store.write(numbered(4, 6));
    await store.flush().catch(() => undefined);
    now += 6000;
    await store.write(numbered(7, 9));
    await store.flush().catch(() => undefined);
    const { dropped = 0, waiting } = (await store.writing?.()) ?? {};
    expect(waiting).toBe(0);
    expect(sent().length + dropped).toBe(9);
    expect(sent()).toEqual(expect.arrayContaining([1, 2, 3, 7, 8, 9]));
  });
});

test('what another user made readable is closed again', async () => {
  const [destination] = await (async () => {
    stores.answer(down);
    const store = stores.open();
    await store.write(numbered(1, 1));
    await store.close();
    return readdir(stores.directory());
  })();
  const folder = path.join(stores.directory(), destination ?? '');
  await chmod(folder, 0o777);
  await mkdir(path.join(folder, 'not-a-writer'));
  stores.answer(stored);
  const store = stores.open();
  await store.write(numbered(2, 2));
  await store.close();
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(existsSync(path.join(folder, 'not-a-writer'))).toBe(true);
});
