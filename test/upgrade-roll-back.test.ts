import { expect, it, vi } from 'vitest';
import { approveUpgrade } from '../source/upgrades/decide.ts';
import type { Step, StepContext } from '../source/upgrades/engine/step.ts';
import { requestUpgrades } from '../source/upgrades/request.ts';
import { rollBackUpgrade } from '../source/upgrades/steer.ts';
import { STEPS } from '../source/upgrades/steps/all.ts';
import { FAST_PACE } from './support/fast-pace.ts';
import { useDatabase } from './support/postgres.ts';
import { LAB, useUpgradeLab } from './support/upgrade-lab.ts';
import { aRequest } from './support/upgrades.ts';

const test = useDatabase();
const lab = useUpgradeLab(test);

/** The steps, with something done right before one of them, or in it before anything else. */
function stepsWith(name: Step['name'], before: (context: StepContext) => Promise<void>): readonly Step[] {
  const run = async (step: Step, context: StepContext): Promise<Awaited<ReturnType<Step['run']>>> => {
    await before(context);
    return step.run(context);
  };
  return STEPS.map((step) => (step.name === name ? { ...step, run: (context) => run(step, context) } : step));
}

async function detailOf(id: string, step: string): Promise<string | undefined> {
  const [row] = await test.admin<{ detail: string }[]>`
    SELECT detail FROM upgrade_steps WHERE upgrade_id = ${id} AND name = ${step}`;
  return row?.detail;
}

it('takes a device back before the next step, when somebody asks after it was told to go down', async () => {
  const { services, as } = lab().world;
  const { machine } = await lab().device('junos');
  const id = await lab().approved('junos');
  const steps = stepsWith('verify_version', async () => {
    await rollBackUpgrade(services, as.ben, id, 'customers call');
  });
  lab().worker({ steps });
  expect(await lab().ends(id)).toBe('rolled_back');
  expect((await lab().status(id)).outcome).toBe('Rolled back to 21.4R3-S5, because somebody asked for it.');
  expect(await detailOf(id, 'postcheck')).toBe('Somebody asked for the device to be taken back.');
  expect(machine.software.running).toBe('21.4R3-S5');
  expect(machine.counters.reloads).toBe(2);
});

it('does not wait for the device to settle', async () => {
  const { services, as } = lab().world;
  const { machine } = await lab().device('eos', { faults: { postcheck_interface_down: true } });
  const id = await lab().approved('eos');
  lab().worker({ pace: { ...FAST_PACE, settle: 600_000 } });
  await vi.waitFor(
    async () => {
      const failing = await test.admin`
        SELECT name FROM upgrade_checks WHERE upgrade_id = ${id} AND phase = 'post' AND status = 'fail'`;
      expect(failing.length).toBeGreaterThan(0);
    },
    { timeout: 20_000 },
  );
  await rollBackUpgrade(services, as.ana, id, '');
  expect(await lab().ends(id)).toBe('rolled_back');
  expect(machine.software.running).toBe('4.30.1F');
});

it('is heard by a commit that has begun and sent nothing, and refused after that', async () => {
  const { services, as } = lab().world;
  const { machine } = await lab().device('ios-xe');
  const id = await lab().approved('ios-xe');
  const refused: unknown[] = [];
  const steps = stepsWith('commit', async () => {
    refused.push(await rollBackUpgrade(services, as.ana, id, '').catch((error: unknown) => error));
    // As if it had been asked for right before the step began.
    await test.admin`UPDATE upgrades SET wanted = 'rollback' WHERE id = ${id}`;
  });
  lab().worker({ steps });
  expect(await lab().ends(id)).toBe('rolled_back');
  expect(refused).toEqual([expect.objectContaining({ code: 'conflict' })]);
  expect(machine.software.running).toBe('17.09.04a');
});

it('goes back to an older version after a success, when that is asked for and approved', async () => {
  const { world } = lab();
  const { services, as, seed } = world;
  const { router } = LAB.junos;
  const { machine } = await lab().device('junos', { version: '22.4R3-S3' });
  const request = aRequest([router], seed.images.mx);
  await expect(requestUpgrades(services, as.ben, request)).rejects.toThrow('a downgrade');
  const { upgrades } = await requestUpgrades(services, as.ben, { ...request, downgrade: true });
  const id = upgrades[0]?.upgradeId ?? '';
  await approveUpgrade(services, as.ana, id);
  lab().worker();
  expect(await lab().ends(id)).toBe('success');
  expect(machine.software.running).toBe('22.4R3-S2');
  const [event] = await test.admin<{ after: { downgrade?: boolean } }[]>`
    SELECT after FROM audit_events WHERE upgrade_id = ${id} AND action = 'upgrade.request'`;
  expect(event?.after.downgrade).toBe(true);
});
