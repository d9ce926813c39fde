import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkSource } from '../upgrades/dry-run/check-source.ts';
import { type DemoImageServer, startImageServer } from './image-server.ts';

const SIZES = new Map([['a+b.bin', 200_001]]);
const errors: unknown[] = [];
let server: DemoImageServer;
beforeAll(async () => {
  server = await startImageServer(
    (name) => (name === 'broken.bin' ? Promise.reject(new Error('away')) : Promise.resolve(SIZES.get(name) ?? null)),
    (error) => errors.push(error),
  );
});
afterAll(() => server.stop());

it('has the images on record, which a dry-run finds without a warning', async () => {
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/images$/u);
  const image = { id: 'i', fileName: 'a+b.bin', sizeBytes: 200_001, sha256: '', sha512: null, minimumVersion: null };
  const source = { kind: 'pull', url: `${server.url}/a+b.bin`, password: null } as const;
  const { signal } = new AbortController();
  expect(await checkSource(source, { image }, signal)).toEqual({ from: `from ${server.url}`, warning: null });
  await expect(checkSource(source, { image: { ...image, sizeBytes: 7 } }, signal)).rejects.toThrow(
    'has 200001 bytes, not 7',
  );
});

it('sends as many bytes as are on record', async () => {
  const sent = await fetch(`${server.url}/a%2Bb.bin`);
  expect((await sent.arrayBuffer()).byteLength).toBe(200_001);
});

it('has nothing else, and outlives whoever hangs up and a database that is away', async () => {
  const status = async (path: string, method = 'HEAD'): Promise<number> =>
    (await fetch(new URL(path, server.url), { method })).status;
  expect(await status('/images/c.bin')).toBe(404);
  expect(await status('/a+b.bin')).toBe(404);
  expect(await status('/images/%2e%2e%2fa+b.bin')).toBe(404);
  expect(await status('/images/%00')).toBe(404);
  expect(await status('/images/%ff')).toBe(404);
  expect(await status('/images/a+b.bin', 'DELETE')).toBe(405);
  const leaving = new AbortController();
  const { body } = await fetch(`${server.url}/a+b.bin`, { signal: leaving.signal });
  leaving.abort();
  await body?.cancel().catch(() => undefined);
  expect(await status('/images/broken.bin')).toBe(503);
  expect(errors).toEqual([new Error('away')]);
  expect(await status('/images/a+b.bin')).toBe(200);
});
