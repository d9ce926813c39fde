import { createHash } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

const EOS = 'EOS64-4.31.2F.swi';
const CONTENTS = 'x'.repeat(3_000_000);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'netup-images-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  await support.admin`DELETE FROM golden_images`;
  const sha256 = createHash('sha256').update(CONTENTS).digest('hex');
  await support.admin`UPDATE firmware_images SET size_bytes = 3000000, sha256 = ${sha256} WHERE file_name = ${EOS}`;
});

async function open(setup: Parameters<typeof start>[0] = {}): Promise<Terminal> {
  const terminal = start({ who: 'ada', ...setup });
  await terminal.waitFor('READY');
  await terminal.press('F');
  await terminal.waitFor('acme ▸ fleet ▸ images');
  await terminal.waitFor(/▌ .*EOS64/u);
  return terminal;
}

describe('the images', () => {
  it('tell the routers that run them or shall, and what can be seen of their files, at every size', async () => {
    await writeFile(path.join(folder, EOS), CONTENTS);
    await writeFile(path.join(folder, 'junos-install-mx-x86-64-22.4R3-S2.tgz'), 'short');
    const context = { imageFolder: folder };
    const terminal = await open({ columns: 200, rows: 50, context });
    await terminal.waitFor(/Arista +4\.31\.2F +EOS64-4\.31\.2F\.swi +3\.0 MB +★ shared +here +4\.26\.0F .* 1 +2$/mu);
    await terminal.waitFor(/Cisco .* ✖ MISSING +17\.03\.01a/u);
    await terminal.waitFor(/Juniper .* ✖ ALTERED /u);
    await terminal.press('v');
    await terminal.waitFor(`${EOS} is as it is on record.`);
    await terminal.waitFor(/Arista .* ✔ verified /u);
    await writeFile(path.join(folder, EOS), CONTENTS.replace('x', 'y'));
    await terminal.press('v');
    await terminal.waitFor(`${EOS} is altered.`);
    await truncate(path.join(folder, EOS), 10);
    const small = await open({ columns: 80, rows: 24, context });
    await small.waitFor(/▌ .*4\.31\.2F +EOS64.*swi +★ shared +✖ ALTERED +1 +2$/mu);
    expect(small.screen().at(-1)).toContain('1 of 3 images');
    await rm(path.join(folder, EOS));
  });

  it('are made golden at a site, and no longer, each with its audit row', async () => {
    const terminal = await open();
    await terminal.waitFor('NETUP_IMAGE_DIR is not set');
    await terminal.press('u');
    await terminal.waitFor('It has no golden mark of your organization.');
    await terminal.press('m');
    await terminal.type('fra');
    await terminal.press('enter');
    await terminal.waitFor('7280SR3-48YC8: golden now: nothing of your own');
    await terminal.press('enter');
    await terminal.waitFor(`${EOS} is golden for 7280SR3-48YC8 in acme at fra.`);
    await terminal.waitFor(/EOS64.*★ fra\+shared/u);
    await terminal.press('enter');
    await terminal.waitFor('at fra: 7280SR3-48YC8');
    await terminal.waitFor('1 router of its models run it, 2 have it for a target.');
    await terminal.press('esc', 'u', 'enter');
    await terminal.waitFor('Golden no longer: acme at fra');
    await terminal.press('enter');
    await terminal.waitFor(`${EOS} is no longer golden for 7280SR3-48YC8 in acme at fra.`);
    await terminal.waitFor(/EOS64.*★ shared/u);
    const audits = await support.admin`
      SELECT action, actor_name AS who, after FROM audit_events WHERE target_id = ${EOS} ORDER BY seq`;
    expect([...audits]).toEqual([
      { action: 'image.golden', who: 'ada', after: { models: ['7280SR3-48YC8'], site: 'fra' } },
      { action: 'image.not_golden', who: 'ada', after: { models: ['7280SR3-48YC8'], site: 'fra' } },
    ]);
  });

  it('lead to their routers, are filtered, and a mistake is told in the dialog', async () => {
    const terminal = await open();
    await terminal.press('m');
    await terminal.type('lon');
    await terminal.press('enter', 'enter');
    await terminal.waitFor('There is no site "lon" in this organization.');
    await terminal.press('esc', 't');
    await terminal.waitFor('filter: vendor==Arista target=4.31.2F');
    await terminal.waitFor('1 of 2 ');
    await terminal.press('esc', ':');
    await terminal.type('images vendor=juniper');
    await terminal.press('enter');
    await terminal.waitFor('1 of 1 image');
    expect(terminal.text()).not.toContain('EOS64');
  });

  it('are only looked at by those who may not mark them', async () => {
    const operator = await open({ who: 'ben' });
    await operator.press('m');
    await operator.waitFor('This needs the role admin');
    const readOnly = await open({ context: { readOnly: true } });
    expect(readOnly.screen().at(-1)).not.toContain('golden');
  });
});
