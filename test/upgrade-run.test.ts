import { describe, expect, it, vi } from 'vitest';
import { PLATFORMS } from '../source/model/platform.ts';
import { UPGRADE_STEPS } from '../source/model/upgrade.ts';
import type { Step, StepContext, StepEnd } from '../source/upgrades/engine/step.ts';
import { STEPS } from '../source/upgrades/steps/all.ts';
import { LAB, useUpgradeLab } from './support/upgrade-lab.ts';
import { useDatabase } from './support/postgres.ts';

const test = useDatabase();
const lab = useUpgradeLab(test);

describe.each(PLATFORMS)('an upgrade of %s', (platform) => {
  it('runs all of its steps over SSH, and ends with the new version committed', async () => {
    const { machine } = await lab().device(platform);
    const id = await lab().approved(platform);
    const printed: string[] = [];
    lab().worker({ onLine: (_run, step, line) => printed.push(`${step}: ${line}`) });
    expect([await lab().ends(id), (await lab().status(id)).outcome]).toEqual(['success', null]);
    expect(Object.keys(await lab().steps(id))).toEqual(UPGRADE_STEPS);
    expect(machine.counters).toMatchObject({ reloads: 1, copies: 1, writersAtOnce: 1 });
    expect(machine.counters.reloadCommands[0]).toBe(1);
    const [image] = await test.admin<{ version: string }[]>`
      SELECT version FROM firmware_images WHERE id = ${lab().world.seed.images[LAB[platform].image]}`;
    expect(machine.software.running).toBe(image?.version);
    // Every step that talks to the device tells what it prints, and none its configuration, which is kept by itself.
    const told = new Set(printed.map((line) => line.split(':', 1)[0]));
    const silent = ['backup_config', 'preflight_gate', ...(platform === 'eos' ? ['cleanup'] : [])];
    expect(UPGRADE_STEPS.filter((step) => !told.has(step))).toEqual(silent);
    expect(printed.join('\n')).not.toMatch(/snmp-server community|set snmp community|\$9\$/u);
    expect(printed.join('\n')).toMatch(/^verify_image: .*(?:a{64}|b{128})$/mu);
    expect(printed.join('\n')).toMatch(/^activate: .*\S/mu);
    // Only IOS-XE goes back by itself unless it is told to keep the new version.
    const { committed } = machine.software;
    expect(platform === 'ios-xe' ? committed : image?.version).toBe(image?.version);
    const [router] = await test.admin<{ current_ver: string }[]>`
      SELECT current_ver FROM routers WHERE id = ${LAB[platform].router} AND organization_id = ${lab().world.seed.acme.id}`;
    expect(router?.current_ver).toBe(image?.version);
  });
});

it('is no success when the device went back by itself before it was told to keep the new version', async () => {
  const { machine } = await lab().device('ios-xe');
  const id = await lab().approved('ios-xe');
  // As when every worker was away for longer than the device's timer.
  const goBack = async (): Promise<void> => {
    machine.goDown('by itself');
    await vi.waitFor(() => expect(machine.counters.reloadCommands).toHaveLength(3), { timeout: 15_000 });
  };
  let gone: Promise<void> | null = null;
  const late = async (step: Step, context: StepContext): Promise<StepEnd> => {
    await (gone ??= goBack());
    return step.run(context);
  };
  const steps = STEPS.map((step) =>
    step.name === 'commit' ? { ...step, run: (context: StepContext) => late(step, context) } : step,
  );
  lab().worker({ steps });
  expect(await lab().ends(id)).toBe('rolled_back');
  const { outcome } = await lab().status(id);
  expect(outcome).toBe('Rolled back to 17.09.04a, because commit failed.');
  const [step] = await test.admin<{ detail: string }[]>`
    SELECT detail FROM upgrade_steps WHERE upgrade_id = ${id} AND name = 'commit'`;
  expect(step?.detail).toBe('Before the new version was committed, the device went back by itself to 17.09.04a.');
  const [router] = await test.admin<{ current_ver: string }[]>`
    SELECT current_ver FROM routers WHERE id = ${LAB['ios-xe'].router} AND organization_id = ${lab().world.seed.acme.id}`;
  expect([machine.software.running, router?.current_ver]).toEqual(['17.09.04a', '17.09.04a']);
});
