import { expect, it } from 'vitest';
import type { SshReach } from '../source/config/ssh-reach.ts';
import { routerOpener } from '../source/upgrades/engine/open-router.ts';
import { keysOf } from './support/encryption-keys.ts';
import { FAST_PACE } from './support/fast-pace.ts';
import { jumpHost } from './support/jump-host.ts';
import { useDatabase } from './support/postgres.ts';
import { LAB, LAB_KEY, useUpgradeLab } from './support/upgrade-lab.ts';

const test = useDatabase();
const lab = useUpgradeLab(test);

/** Has a worker that reaches routers this way carry out an upgrade of a device that has nothing better than SHA-1 and CBC. */
async function upgradeBy(reach: SshReach): Promise<string> {
  await lab().device('eos', { quirks: { legacyAlgorithmsOnly: true } });
  const id = await lab().approved('eos');
  lab().worker({
    openDevice(run) {
      const database = lab().world.database;
      const ssh = { user: 'netops', password: 'correct horse' };
      const keys = keysOf({ k1: LAB_KEY }, 'k1');
      return routerOpener({ database, keys, ssh, reach, workerName: 'lab worker', pace: FAST_PACE }, run);
    },
  });
  await lab().ends(id);
  const { status, outcome } = await lab().status(id);
  return `${status}: ${outcome ?? ''}`;
}

it('a model that is not named gets no old algorithms', async () => {
  const legacyModels = new Set(['mx204']);
  expect(await upgradeBy({ legacyModels, jump: null })).toMatch(
    /^failed: precheck: .* has no modern .*NETUP_SSH_LEGACY_MODELS/u,
  );
});

it('a model that is named is upgraded, through the jump host that is set', async () => {
  const jump = await jumpHost();
  const { user, host, port } = jump.target;
  const hostKey = 'expect' in jump.target.hostKey ? jump.target.hostKey.expect : '';
  const legacyModels = new Set([LAB.eos.device.model?.toLowerCase() ?? '']);
  const way = { user, host, port, hostKey, password: 'over', privateKey: null };
  expect(await upgradeBy({ legacyModels, jump: way })).toBe('success: ');
  // Each login, of which a reload takes one at least.
  expect(jump.passed.length).toBeGreaterThan(1);
});
