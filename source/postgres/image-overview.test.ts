import { expect, test } from 'vitest';
import { useDatabase } from '../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../test/support/upgrades.ts';
import { markGolden } from './golden-images.ts';
import { listImageOverviews } from './image-overview.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);

test('counts the routers of its models that run an image or shall, by version, and tells of its own marks only', async () => {
  const { scope, seed, as, database } = world();
  const fileName = 'EOS64-4.31.2F.swi';
  await markGolden(scope, as.ada, { fileName, models: [], site: 'fra' });
  await markGolden(database.organization(seed.globex.id), as.ada, { fileName, models: [], site: null });
  await support.admin`
    UPDATE routers SET current_ver = '17.12.3', target_ver = '17.12.3' WHERE organization_id = ${seed.acme.id} AND id = 'ams-core-01'`;
  const counts = (await listImageOverviews(scope)).map(({ vendor, running, targeted, golden }) => {
    return { vendor, running, targeted, golden };
  });
  expect(counts).toEqual([
    { vendor: 'Arista', running: 1, targeted: 2, golden: [{ model: '7280SR3-48YC8', site: 'fra' }] },
    { vendor: 'Cisco', running: 1, targeted: 1, golden: [] },
    { vendor: 'Juniper', running: 0, targeted: 2, golden: [] },
  ]);
});
