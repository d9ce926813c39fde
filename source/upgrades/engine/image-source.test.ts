import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { UpgradeRun } from '../../model/upgrade-run.ts';
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
function runTo(fileName: string): Pick<UpgradeRun, 'image'> {
  const sha256 = createHash('sha256').update(CONTENTS).digest('hex');
  const image = { id: 'i1', fileName, sizeBytes: CONTENTS.length, sha256, sha512: null, minimumVersion: null };
  return { image };
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

  it('cannot be found where neither a server nor a folder is set', async () => {
    const nowhere = findImageSource({ url: null, password: null, folder: null }, runTo('d.bin'));
    await expect(nowhere).rejects.toThrow('The worker does not know where images are');
  });
});
