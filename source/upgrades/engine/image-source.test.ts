import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ImageRoute, USUAL_ROUTE } from '../../model/image-route.ts';
import * as reading from '../images/read-image.ts';
import { findImageSource } from './image-source.ts';
import { StepFailed } from './step.ts';

vi.mock('../images/read-image.ts', { spy: true });

const CONTENTS = 'a firmware image, as it was released';
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netup-images-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An upgrade to an image with CONTENTS. */
function runTo(fileName: string, imageRoute: ImageRoute = USUAL_ROUTE): Parameters<typeof findImageSource>[1] {
  const sha256 = createHash('sha256').update(CONTENTS).digest('hex');
  const image = { id: 'i1', fileName, sizeBytes: CONTENTS.length, sha256, sha512: null, minimumVersion: null };
  return { image, imageRoute, router: { site: 'ams' } };
}

function asked(fileName: string): () => ReturnType<typeof findImageSource> {
  return () => findImageSource({ url: null, password: null, folder }, runTo(fileName));
}

async function isRefused(promise: Promise<unknown>, why: RegExp): Promise<void> {
  await expect(promise).rejects.toThrow(StepFailed);
  await expect(promise).rejects.toThrow(why);
}

describe('an image in the folder', () => {
  it('is refused while it is missing, or has another size or other contents', async () => {
    const file = path.join(folder, 'a.bin');
    const ask = asked('a.bin');
    await isRefused(ask(), /^The image a\.bin is not in /u);
    await writeFile(file, `${CONTENTS}, and more`);
    await isRefused(ask(), /is not the one on record/u);
    await writeFile(file, CONTENTS.replace('released', 'tampered'));
    await isRefused(ask(), /is not the one on record/u);
    await writeFile(file, CONTENTS);
    expect(await ask()).toEqual({ kind: 'push', path: file });
  });

  it('is read once for many routers, and again when it was changed, whatever its times say', async () => {
    const file = path.join(folder, 'b.bin');
    await writeFile(file, CONTENTS);
    const { atime, mtime } = await stat(file);
    const ask = asked('b.bin');
    const reads = vi.mocked(reading.readImage);
    reads.mockClear();
    await Promise.all([ask(), ask(), ask()]);
    await ask();
    expect(reads).toHaveBeenCalledTimes(1);
    await writeFile(file, CONTENTS.replace('released', 'tampered'));
    await utimes(file, atime, mtime);
    await isRefused(ask(), /is not the one on record/u);
    expect(reads).toHaveBeenCalledTimes(2);
  });

  it('is not asked for where devices fetch it themselves', async () => {
    const settings = { url: 'https://images.example.net/fw/', password: null, folder: null };
    expect(await findImageSource(settings, runTo('c.bin'))).toMatchObject({
      kind: 'pull',
      url: 'https://images.example.net/fw/c.bin',
    });
  });

  describe('of a site that decides', () => {
    const both = { url: 'scp://images@198.51.100.7/srv', password: 'secret', folder: '' };
    const ask = (imageRoute: ImageRoute, settings: typeof both | { url: null; password: null; folder: null } = both) =>
      findImageSource({ ...settings, folder: settings.folder === null ? null : folder }, runTo('e.bin', imageRoute));

    it('is sent, though there is a server, or fetched, though there is a folder', async () => {
      await writeFile(path.join(folder, 'e.bin'), CONTENTS);
      expect(await ask({ transfer: 'push', url: 'https://site.example.net' })).toMatchObject({ kind: 'push' });
      expect(await ask({ transfer: 'pull', url: null })).toEqual({
        kind: 'pull',
        url: 'scp://images@198.51.100.7/srv/e.bin',
        password: 'secret',
      });
    });

    it("is fetched from the site's own server, which gets the password only where it is the same login", async () => {
      expect(await ask({ transfer: null, url: 'https://site.example.net/fw/' })).toEqual({
        kind: 'pull',
        url: 'https://site.example.net/fw/e.bin',
        password: null,
      });
      expect(await ask({ transfer: 'pull', url: 'scp://images@198.51.100.7/ams' })).toMatchObject({
        password: 'secret',
      });
      for (const url of [
        'scp://images@198.51.100.8/srv',
        'scp://root@198.51.100.7/srv',
        'https://images@198.51.100.7/x',
      ])
        await expect(ask({ transfer: null, url })).rejects.toThrow('NETUP_IMAGE_PASSWORD is only sent to the login of');
    });

    it('cannot be found where the worker lacks what the site wants', async () => {
      const nothing = { url: null, password: null, folder: null };
      await expect(ask({ transfer: 'pull', url: null }, nothing)).rejects.toThrow(
        'ams are to fetch their images, and no',
      );
      await expect(ask({ transfer: 'push', url: null }, nothing)).rejects.toThrow(
        'this worker has none: set NETUP_IMAGE_DIR',
      );
    });
  });

  it('cannot be found where neither a server nor a folder is set', async () => {
    const nowhere = findImageSource({ url: null, password: null, folder: null }, runTo('d.bin'));
    await expect(nowhere).rejects.toThrow('The worker does not know where images are');
  });
});
