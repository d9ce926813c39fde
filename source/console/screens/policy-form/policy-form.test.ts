import { beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { useDatabase } from '../../../../test/support/postgres.ts';
import { useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { getPolicy } from '../../../postgres/policies.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

beforeEach(async () => {
  const { seed } = world();
  const own = Object.values(seed.acme.policies);
  await support.admin`DELETE FROM upgrade_policies WHERE organization_id = ${seed.acme.id} AND id <> ALL (${own}::bigint[])`;
  await support.admin`UPDATE upgrade_policies SET is_active = true, max_cpu_percent = 80, auto_approve = false WHERE id = ANY (${own}::bigint[])`;
});

/** On the policy at the site ams. */
async function open(setup: Parameters<typeof start>[0] = {}): Promise<Terminal> {
  const terminal = start({ who: 'ada', ...setup });
  await terminal.waitFor('READY');
  await terminal.press('P');
  await terminal.waitFor(/▌ .*core, Cisco, careful/u);
  await terminal.press('j');
  await terminal.waitFor(/▌ .*ams: hub site/u);
  return terminal;
}

const erase = ['ctrl+u'] as const;
const audits = async (): Promise<readonly unknown[]> =>
  support.admin`SELECT action, before, after FROM audit_events WHERE action LIKE 'policy.%' ORDER BY seq`;

describe('a policy', () => {
  it('is changed after a look at whose policy that changes, with its audit row', async () => {
    const { scope, seed } = world();
    const terminal = await open();
    await terminal.press('e');
    await terminal.waitFor(/▌ name +ams: hub site/u);
    await terminal.press('enter');
    await terminal.waitFor('Nothing is changed yet.');
    // Down to the site, which is taken away: the policy then is for all of Juniper.
    await terminal.press('tab', 'tab', 'tab', ...erase);
    await terminal.waitFor(/▌ site +any/u);
    await terminal.waitFor('ams   fra');
    await terminal.press('tab', 'tab', ...erase);
    await terminal.type('170');
    await terminal.waitFor('✖ it must be from 0 to 100');
    await terminal.press(...erase);
    await terminal.type('75');
    await terminal.press('enter');
    await terminal.waitFor('site: ams → any');
    await terminal.waitFor('CPU at most, %: 80 → 75');
    await terminal.waitFor('It applies to 2 routers; before: 2.');
    await terminal.waitFor('No router changes its policy.');
    expect(await audits()).toEqual([]);
    await terminal.press('enter');
    await terminal.waitFor(`Policy #${seed.acme.policies.amsJuniper} is saved.`);
    await terminal.waitFor(/ams: hub site +Juniper +any +any/u);
    expect(await getPolicy(scope, seed.acme.policies.amsJuniper)).toMatchObject({ site: null, maxCpuPercent: 75 });
    expect(await audits()).toEqual([
      { action: 'policy.set', before: { site: 'ams', maxCpuPercent: 80 }, after: { site: null, maxCpuPercent: 75 } },
    ]);
    await support.admin`UPDATE upgrade_policies SET site_id = ${seed.acme.sites.ams} WHERE id = ${seed.acme.policies.amsJuniper}`;
  });

  it('is made new, its names taken from what there is, its faults told in place at 80 by 24', async () => {
    const terminal = await open({ columns: 80, rows: 24 });
    await terminal.press('n');
    await terminal.waitFor('fleet ▸ policies ▸ new policy');
    await terminal.waitFor('Before anything is saved');
    await terminal.press('enter');
    await terminal.waitFor(/▌ name\n.*✖ it needs a name/u);
    await terminal.type('core, Cisco, careful');
    await terminal.waitFor('✖ there is a policy of this name');
    await terminal.press(...erase);
    await terminal.type('test leaves');
    await terminal.press('tab');
    await terminal.type('ari');
    await terminal.press('ctrl+n');
    await terminal.waitFor(/▌ vendor +Arista/u);
    await terminal.press('tab', 'ctrl+n');
    await terminal.waitFor(/▌ model +7280SR3-48YC8/u);
    await terminal.press('shift+tab', 'shift+tab', 'shift+tab', 'shift+tab');
    await terminal.waitFor(/▌ weekly window/u);
    await terminal.type('Sat 1-5');
    await terminal.waitFor('✖ write it as Sat 01:00-05:00 Europe/Amsterdam, or none');
    await terminal.press(...erase);
    await terminal.type('Sun 02:00-04:00 Europe/Berlin');
    await terminal.press('enter');
    await terminal.waitFor('Add the policy “test leaves”');
    await terminal.waitFor('2 routers would change their policy.');
    await terminal.waitFor(/fra-leaf-01: #\d+ any router → the new one/u);
    await terminal.press('enter');
    await terminal.waitFor(/test leaves +Arista +7280SR3/u);
    expect(await audits()).toContainEqual(
      expect.objectContaining({ action: 'policy.add', after: expect.objectContaining({ vendor: 'Arista' }) }),
    );
  });

  it('that somebody else changes meanwhile is not written over', async () => {
    const { seed } = world();
    const terminal = await open();
    await terminal.press('e', 'tab', 'tab', 'tab', 'tab', 'tab', ...erase);
    await terminal.type('70');
    await terminal.waitFor(/▌ CPU at most, % +70/u);
    await terminal.press('enter');
    await terminal.waitFor('CPU at most, %: 80 → 70');
    await support.admin`UPDATE upgrade_policies SET max_cpu_percent = 60 WHERE id = ${seed.acme.policies.amsJuniper}`;
    await terminal.press('enter');
    await terminal.waitFor('was changed by somebody else meanwhile');
    await terminal.press('esc');
    await terminal.waitFor('Somebody else changed this policy meanwhile: ^R');
    await terminal.press('ctrl+r');
    await terminal.waitFor(/CPU at most, % +60/u);
    await terminal.press('esc');
    await terminal.waitFor(/▌ .*ams: hub site/u);
  });

  it('is switched off and on from the list; routers that would have none are told in words', async () => {
    const { seed } = world();
    await support.admin`UPDATE upgrade_policies SET is_active = false WHERE id = ${seed.policies.any}`;
    const terminal = await open();
    await terminal.press('x');
    await terminal.waitFor('active: yes → no');
    await terminal.waitFor('2 routers would have none, and could not be upgraded.');
    await terminal.press('enter');
    await terminal.waitFor('(off) ams: hub site');
    await support.admin`UPDATE upgrade_policies SET is_active = true WHERE id = ${seed.policies.any}`;
    await terminal.press('x');
    await terminal.waitFor('active: no → yes');
    await terminal.press('enter');
    await terminal.waitFor(/\d {2}ams: hub site/u);
  });

  it('of all organizations is copied and not changed; changes take the role admin, and are unbound where nothing may be', async () => {
    const terminal = await open();
    await terminal.press('G', 'e');
    await terminal.waitFor('is of all organizations');
    await terminal.press('C');
    await terminal.waitFor(/▌ name +any router \(copy\)/u);
    await terminal.press('ctrl+u');
    await terminal.press('esc');
    await terminal.waitFor('What you wrote is not saved.');
    await terminal.press('enter');
    await terminal.waitFor(/▌ .*any router/u);
    const approver = await open({ who: 'ana' });
    await approver.press('n');
    await approver.waitFor('This needs the role admin');
    const readOnly = await open({ context: { readOnly: true } });
    await readOnly.press('?');
    await readOnly.waitFor('The routers that the policy applies to');
    expect(readOnly.text()).not.toMatch(/Write a new policy|Change this policy|Switch this policy/u);
  });
});
