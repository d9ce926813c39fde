import { expect, it } from 'vitest';
import { anImage, aRouter } from '../../test/support/model-examples.ts';
import { bestImage } from './best-image.ts';

const plain = anImage({ id: 'plain', version: '17.12.03', isGolden: false });
const golden = anImage({ id: 'golden', version: '17.12.04', isGolden: true });
const atAms = anImage({ id: 'at ams', version: '17.09.05', isGolden: false, goldenSites: ['ams-1'] });
const images = [golden, plain, atAms];

const at = (site: string | null, targetVersion: string | null = null): ReturnType<typeof aRouter> =>
  aRouter({ site, targetVersion });

it.each([
  ['the golden one', [at('fra-1')], 'golden'],
  ['the golden one of their site', [at('ams-1'), at('ams-1')], 'at ams'],
  ['the golden one if only some are at such a site', [at('ams-1'), at('fra-1')], 'golden'],
  ['the golden one if nobody knows where they are', [at(null)], 'golden'],
  ['the golden one if there is no router', [], 'golden'],
] as const)('chooses %s', (_what, routers, id) => {
  expect(bestImage(routers, images)?.id).toBe(id);
});

it('chooses any image if none is golden, and none if there is none', () => {
  expect(bestImage([at('fra-1')], [plain])?.id).toBe('plain');
  expect(bestImage([at('fra-1')], [])).toBeNull();
});
