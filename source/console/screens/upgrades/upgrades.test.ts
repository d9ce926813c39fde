import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useOperatorConsoles } from '../../../../test/support/operator-console.ts';
import { forgetUpgrades, useDatabase } from '../../../../test/support/postgres.ts';
import { writeSteady } from '../../../../test/support/steady-telemetry.ts';
import {
  addRollbackRow,
  beginRow,
  endRow,
  putWorker,
  removeWorker,
  stepRow,
} from '../../../../test/support/upgrade-rows.ts';
import { aRequest, useUpgradeWorld } from '../../../../test/support/upgrades.ts';
import { UPGRADE_STEPS } from '../../../model/upgrade.ts';
import { approveUpgrade, cancelUpgrade, rejectUpgrade } from '../../../upgrades/decide.ts';
import { requestUpgrades } from '../../../upgrades/request.ts';

const support = useDatabase();
const world = useUpgradeWorld(support);
const start = useOperatorConsoles(world);
type Terminal = ReturnType<typeof start>;

beforeEach(async () => {
  const { telemetry, seed } = world();
  await forgetUpgrades(support.admin);
  await writeSteady(telemetry, seed.acme.id, ['ams-edge-01', 'ams-edge-02', 'ams-core-01']);
});

/** Requests it as ben, or whoever is named; returns its id. */
async function request(hostname: string, who: 'ana' | 'ben' = 'ben'): Promise<string> {
  const { services, seed, as } = world();
  const image = hostname.includes('core') ? seed.images.asr : seed.images.mx;
  const { upgrades } = await requestUpgrades(services, as[who], aRequest([hostname], image));
  return upgrades[0]?.upgradeId ?? '';
}

async function open(setup?: Parameters<typeof start>[0]): Promise<Terminal> {
  const terminal = start(setup);
  await terminal.waitFor(' 6 routers');
  await terminal.press('U');
  await terminal.waitFor('acme ▸ fleet ▸ upgrades');
  return terminal;
}

describe('the list', () => {
  it('says what each of its views has none of', async () => {
    const terminal = await open();
    await terminal.waitFor('No upgrade is open. Choose a router in the fleet and press u to request one.');
    await terminal.waitFor('●open 0    waiting 0    approved 0    over 0    all 0');
    expect(terminal.text()).not.toContain('No worker');
    await terminal.press('tab');
    await terminal.waitFor('Nothing waits for approval.');
    await terminal.press('tab');
    await terminal.waitFor('Nothing is approved and waiting for its start.');
    await terminal.press('tab');
    await terminal.waitFor('No upgrade is over yet.');
    await terminal.press('tab');
    await terminal.waitFor('There is no upgrade yet.');
    await terminal.press('tab', 'shift+tab', 'left');
    await terminal.waitFor('●over 0');
  });

  it('groups upgrades by what they wait for, with their numbers', async () => {
    const { services, as } = world();
    const rejected = await request('ams-core-01');
    await rejectUpgrade(services, as.ana, rejected, 'later');
    const approved = await request('ams-edge-01');
    await approveUpgrade(services, as.ana, approved);
    await request('ams-edge-02');
    const terminal = await open();
    await terminal.waitFor('●open 2    waiting 1    approved 1    over 1    all 3');
    await terminal.waitFor('No worker is connected: approved upgrades wait and nothing is started.');
    await terminal.waitFor(/ams-edge-01 .*✔ approved +21\.4R3-S5 → 22\.4R3-S2/u);
    expect(terminal.text()).toMatch(/ams-edge-02 .*◌ waits for approval/u);
    await terminal.press('tab');
    await terminal.waitForGone('ams-edge-01 ');
    await terminal.press('tab', 'tab');
    await terminal.waitFor(/ams-core-01 .*✖ rejected/u);
  });

  it('follows what happens, and stays on its row', async () => {
    const { services, as } = world();
    const first = await request('ams-edge-01');
    const terminal = await open();
    await terminal.waitFor(/▌ .*ams-edge-01 .*◌ waits for approval/u);
    const second = await request('ams-edge-02');
    await terminal.waitFor(/ams-edge-02 .*◌ waits for approval/u);
    await terminal.waitFor(/▌ .*ams-edge-01/u);
    await cancelUpgrade(services, as.ben, second, '');
    await terminal.waitForGone('ams-edge-02');
    await cancelUpgrade(services, as.ben, first, '');
    await terminal.waitFor('No upgrade is open.');
  });

  it('fits 80 by 24', async () => {
    await request('ams-edge-01');
    const terminal = await open({ columns: 80, rows: 24 });
    await terminal.waitFor(/▌ +\d+ {2}ams-edge-01 .*◌ waits for approval .*ben/u);
    expect(terminal.screen().at(-1)).toMatch(/1 of 1 upgrade .*↵ open {2}a approve {2}r reject {2}x cancel.*\? help$/u);
  });
});

describe('upgrades that were begun', () => {
  /** Approved, and running its seventh step. */
  async function begin(hostname: string): Promise<string> {
    const { services, as } = world();
    const id = await request(hostname);
    await approveUpgrade(services, as.ana, id);
    await beginRow(support.admin, id);
    for (const name of UPGRADE_STEPS.slice(0, 6)) await stepRow(support.admin, id, name, 'success');
    await stepRow(support.admin, id, 'activate', 'running');
    return id;
  }

  beforeEach(() => putWorker(support.admin, 20, 1));
  afterEach(() => removeWorker(support.admin));

  it.each([
    [80, 24],
    [120, 40],
  ])('are first, at the step that they are at, and followed: %i by %i', async (columns, rows) => {
    const id = await begin('ams-edge-01');
    await request('ams-edge-02');
    const terminal = await open({ columns, rows });
    await terminal.waitFor(
      /ams-edge-01 .*▶ running +7\/12 activate[^]*ams-edge-02 .*◌ waits for approval +asked by ben/u,
    );
    await terminal.waitFor('▶ 1 running');
    await terminal.waitFor('1 worker, 1 of 20 places taken');
    await stepRow(support.admin, id, 'activate', 'success');
    await stepRow(support.admin, id, 'reboot_wait', 'running');
    await terminal.waitFor(/▶ running +8\/12 reboot_wait/u);
    await support.admin`UPDATE upgrades SET wanted = 'pause' WHERE id = ${id}`;
    await terminal.waitFor(/▶ pausing +8\/12 reboot_wait/u);
    await stepRow(support.admin, id, 'reboot_wait', 'pending');
    await endRow(support.admin, id, 'paused', 'The device asks for something.');
    await terminal.waitFor(/ams-edge-01 .*‖ paused +8\/12 reboot_wait/u);
    await terminal.waitFor('‖ 1 held: it waits for somebody');
  });

  it('and failed are counted, with the step that failed', async () => {
    const first = await begin('ams-edge-01');
    await stepRow(support.admin, first, 'activate', 'failed');
    await endRow(support.admin, first, 'failed', 'It went wrong.');
    const second = await begin('ams-edge-02');
    await addRollbackRow(support.admin, second);
    await stepRow(support.admin, second, 'activate', 'success');
    await stepRow(support.admin, second, 'rollback', 'running');
    const terminal = await open();
    await terminal.waitFor('✖ 1 failed in 24 h');
    await terminal.waitFor(/ams-edge-02 .*▶ running +rollback /u);
    await terminal.press('shift+tab');
    await terminal.waitFor(/ams-edge-02 .*▶ running[^]*ams-edge-01 .*✖ failed +7\/12 activate/u);
    await terminal.press('j', 't');
    await terminal.waitFor(`Retry upgrade ${first}`);
    await terminal.waitFor('It goes on from the step that failed at once.');
  });

  it('have nobody to carry them out once the workers are gone', async () => {
    await begin('ams-edge-01');
    const terminal = await open();
    await terminal.waitFor('1 worker, 1 of 20 places taken');
    await removeWorker(support.admin);
    await terminal.waitFor('No worker is connected: approved upgrades wait and nothing is started.');
    expect(terminal.text()).not.toContain('places taken');
  });
});

describe('a decision', () => {
  it('to approve takes the host name, typed and right', async () => {
    const id = await request('ams-edge-01');
    const terminal = await open();
    await terminal.waitFor(/▌ .*ams-edge-01/u);
    await terminal.press('a');
    await terminal.waitFor(`Approve upgrade ${id}`);
    expect(terminal.text()).toContain('ams-edge-01 at ams');
    expect(terminal.text()).toContain('start as soon as approved');
    expect(terminal.text()).toContain('asked by ben; all gates passed then');
    await terminal.paste('ams-edge-01');
    await terminal.waitFor('Nothing here takes a paste.');
    await terminal.press('enter');
    await terminal.waitFor('✖ This is not ams-edge-01.');
    await terminal.type('ams-edge-02\r');
    await terminal.waitFor('host name ams-edge-02');
    await terminal.waitFor('✖ This is not ams-edge-01.');
    await terminal.press('backspace');
    await terminal.type('1\r');
    await terminal.waitFor(`Upgrade ${id} of ams-edge-01 is approved. No worker is connected: it stays approved,`);
    await terminal.waitFor(/ams-edge-01 .*✔ approved/u);
    expect(await support.admin`SELECT status FROM upgrades`).toEqual([{ status: 'approved' }]);
  });

  it('that is called off changes nothing', async () => {
    await request('ams-edge-01');
    const terminal = await open();
    await terminal.waitFor(/▌ .*ams-edge-01/u);
    await terminal.press('a');
    await terminal.type('ams-edge-01');
    await terminal.press('esc');
    await terminal.waitForGone('Approve upgrade');
    expect(await support.admin`SELECT status FROM upgrades`).toEqual([{ status: 'pending' }]);
  });

  it('to reject needs a reason', async () => {
    const id = await request('ams-edge-01');
    const terminal = await open();
    await terminal.waitFor(/▌ .*ams-edge-01/u);
    await terminal.press('r', 'enter');
    await terminal.waitFor('✖ A rejection needs a reason.');
    await terminal.paste('the peer is down');
    await terminal.press('enter');
    await terminal.waitFor(`Upgrade ${id} of ams-edge-01 is rejected.`);
    await terminal.waitFor('No upgrade is open.');
    expect(await support.admin`SELECT status, close_reason FROM upgrades`).toEqual([
      { status: 'rejected', close_reason: 'the peer is down' },
    ]);
  });

  it('to cancel takes no more than Enter, by whoever asked', async () => {
    const id = await request('ams-edge-01');
    const terminal = await open({ who: 'ben' });
    await terminal.waitFor(/▌ .*ams-edge-01/u);
    await terminal.press('x');
    await terminal.waitFor(`Cancel upgrade ${id}`);
    await terminal.press('enter');
    await terminal.waitFor(`Upgrade ${id} of ams-edge-01 is cancelled.`);
  });

  it('on one’s own request is somebody else’s', async () => {
    const id = await request('ams-edge-01', 'ana');
    const terminal = await open();
    await terminal.waitFor(/▌ .*ams-edge-01/u);
    expect(terminal.screen().at(-1)).not.toContain('a approve');
    await terminal.press('a');
    await terminal.waitFor(`Upgrade ${id} cannot be approved: you requested it, so somebody else must approve it.`);
  });

  it.each([
    ['cy', 'a', 'cannot be approved: it needs the role approver; yours is viewer.'],
    ['cy', 'x', 'cannot be cancelled: only its requester or an approver may cancel it.'],
    ['ben', 'r', 'cannot be rejected: it needs the role approver; yours is operator.'],
  ] as const)('is refused to %s with %s: %s', async (who, key, reason) => {
    const id = await request('ams-edge-01');
    const terminal = await open({ who });
    await terminal.waitFor(/▌ .*ams-edge-01/u);
    await terminal.press(key);
    await terminal.waitFor(`Upgrade ${id} ${reason}`);
  });

  it('has no keys in read-only mode', async () => {
    await request('ams-edge-01');
    const terminal = await open({ context: { readOnly: true } });
    await terminal.waitFor(/▌ .*ams-edge-01/u);
    await terminal.press('a', 'r', 'x', 'tab');
    await terminal.waitFor('●waiting 1');
    expect(terminal.text()).not.toMatch(/a approve|r reject|x cancel|cannot be/u);
  });
});

describe('two consoles', () => {
  it('see each other’s decisions', async () => {
    const id = await request('ams-edge-01');
    const ben = await open({ who: 'ben' });
    const ana = await open({ who: 'ana' });
    await ben.waitFor(/▌ .*ams-edge-01 .*◌ waits for approval/u);
    await ben.press('enter');
    await ben.waitFor(`upgrades ▸ upgrade ${id}`);
    await ana.waitFor(/▌ .*ams-edge-01/u);
    await ana.type('aams-edge-01\r');
    await ben.waitFor(/✔ approved/u);
    await ben.waitFor(/approved +ana, \d{4}-/u);
    expect(ben.text()).toContain('No worker is connected: it stays approved, and nothing is started.');
  });

  it('cannot both decide', async () => {
    await request('ams-edge-01');
    const ada = await open({ who: 'ada' });
    const ana = await open({ who: 'ana' });
    await ada.waitFor(/▌ .*ams-edge-01/u);
    await ana.waitFor(/▌ .*ams-edge-01/u);
    await ada.press('r');
    await ada.paste('no');
    await ana.type('aams-edge-01\r');
    await ana.waitFor('is approved');
    await ada.press('enter');
    await ada.waitFor(/✖ Upgrade \d+ of ams-edge-01 cannot be rejected: it is approved/u);
    await ada.waitFor('reason no');
    expect(await support.admin`SELECT status FROM upgrades`).toEqual([{ status: 'approved' }]);
  });
});
