import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { useScopes } from '../../test/support/scopes.ts';
import { getImage, getImages, imagesForModel } from './images.ts';

const support = useDatabase();
const scopes = useScopes(support);

test('a model’s images are those that run on it, golden ones first', async () => {
  const { acme, seed } = scopes();
  const [row] = await support.admin<[{ id: string }]>`
    INSERT INTO firmware_images (vendor_id, version, file_name, size_bytes, sha256)
    VALUES (${seed.vendors.cisco}, '17.09.05', 'a.bin', 9007199254740991, ${'b'.repeat(64)}) RETURNING id`;
  await support.admin`INSERT INTO firmware_image_models VALUES (${row.id}, ${seed.models.asr})`;
  expect(await imagesForModel(acme, seed.models.asr)).toEqual([
    {
      id: seed.images.asr,
      vendor: 'Cisco',
      version: '17.12.03',
      isGolden: true,
      goldenSites: [],
      minimumVersion: '17.03.01a',
      fileName: 'asr1000-universalk9.17.12.03.SPA.bin',
      sizeBytes: 905_283_584,
      sha256: 'a'.repeat(64),
      modelIds: [seed.models.asr],
    },
    {
      id: row.id,
      vendor: 'Cisco',
      version: '17.09.05',
      isGolden: false,
      goldenSites: [],
      minimumVersion: null,
      fileName: 'a.bin',
      sizeBytes: 9_007_199_254_740_991,
      sha256: 'b'.repeat(64),
      modelIds: [seed.models.asr],
    },
  ]);
  expect(await imagesForModel(acme, randomUUID())).toEqual([]);
});

test('an image is found by its id, and junk is not', async () => {
  const { acme, seed } = scopes();
  expect(await getImage(acme, seed.images.mx)).toMatchObject({ version: '22.4R3-S2', vendor: 'Juniper' });
  expect(await getImage(acme, 'junk')).toBeNull();
  expect([...(await getImages(acme, [seed.images.mx, 'junk', randomUUID()])).keys()]).toEqual([seed.images.mx]);
  expect(await imagesForModel(acme, 'junk')).toEqual([]);
});
