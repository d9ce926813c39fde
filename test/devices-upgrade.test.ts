import { describe, expect, test } from 'vitest';
import type { DeviceOperations } from '../source/devices/operations.ts';
import { PLATFORMS } from '../source/model/platform.ts';
import { sameVersion } from '../source/model/version.ts';
import { SERVER_PASSWORD, staged, type Upgradable, upgradable } from './support/upgradable.ts';

describe.each(PLATFORMS)('an upgrade of %s, from the first look to the way back', (platform) => {
  test('does on the device what it says', async () => {
    const world = await upgradable(platform);
    const { machine, image } = world;
    const device = await world.open();
    const before = await device.readState();
    expect(before).toMatchObject({
      hostname: machine.device.hostname,
      serial: 'SIM0000001',
      members: [],
      install: { kind: 'idle' },
      clockSynchronized: true,
    });
    // Junos counts blocks.
    expect(Math.floor(before.freeBytes / 512)).toBe(Math.floor(machine.flash.freeBytes / 512));
    expect(sameVersion(platform, before.runningVersion, machine.device.version)).toBe(true);
    expect(Math.abs(before.bootedAt.getTime() - machine.bootedAt.getTime())).toBeLessThanOrEqual(before.bootedWithin);

    const health = await device.readHealth();
    const { interfaces, neighbours } = machine.network;
    expect(health.interfacesUp.length).toBeGreaterThanOrEqual(
      interfaces.filter(({ up, name }) => up && name !== 'Loopback0').length,
    );
    expect(health.bgpEstablished).toEqual(
      neighbours.filter(({ established }) => established).map(({ address }) => address),
    );
    expect(health.routes).toBeGreaterThan(neighbours.length);

    expect(await device.runningConfiguration()).toContain(machine.device.hostname);
    expect(await device.configurationSaved()).toBe(true);
    await device.saveConfiguration();
    expect(machine.counters.saves).toBe(1);

    await stage(world, device);
    await device.prepareInstall(image.fileName);
    await device.prepareInstall(image.fileName);
    expect((await device.readState()).runningVersion).toBe(before.runningVersion);
    const sent = await device.activate(image.fileName, { abortMinutes: 120 });
    expect(sent.ended).toBe('gone');
    await expect(device.readState()).rejects.toMatchObject({ code: 'closed' });

    const renewed = await world.back(new Date(before.bootedAt.getTime() + before.bootedWithin));
    const after = await renewed.readState();
    expect(sameVersion(platform, after.runningVersion, image.version)).toBe(true);
    expect(after.install.kind).toBe(platform === 'ios-xe' ? 'uncommitted' : 'idle');
    expect((await renewed.readHealth()).interfacesUp).toEqual(health.interfacesUp);
    const returned = await renewed.rollback({ version: before.runningVersion, bootedFrom: before.bootsNext });
    expect(returned.ended).toBe('gone');

    const old = await world.back(new Date(after.bootedAt.getTime() + after.bootedWithin));
    expect((await old.readState()).runningVersion).toBe(before.runningVersion);
    expect(machine.counters).toMatchObject({ reloads: 2, rollbacks: 1, writersAtOnce: 1 });
    expect(Math.max(...machine.counters.reloadCommands)).toBe(1);
  });

  test('stays on the new software once that is committed, and is cleaned up', async () => {
    const world = await upgradable(platform);
    const { image, machine } = world;
    const device = await world.open();
    const before = await device.readState();
    await stage(world, device);
    await device.prepareInstall(image.fileName);
    await device.activate(image.fileName, { abortMinutes: 120 });
    const renewed = await world.back(new Date(before.bootedAt.getTime() + before.bootedWithin));
    await renewed.commit();
    await renewed.commit();
    await renewed.cleanUp(image.fileName);
    await renewed.cleanUp(image.fileName);
    const state = await renewed.readState();
    expect(state.install).toEqual({ kind: 'idle' });
    expect(sameVersion(platform, state.runningVersion, image.version)).toBe(true);
    // EOS boots from the image itself.
    expect(await renewed.fileSize(image.fileName)).toBe(platform === 'eos' ? image.sizeBytes : null);
    expect(machine.counters.reloads).toBe(1);
  });
});

/** Copies the image under a name of its own, checks it, and gives it its name. */
async function stage({ image, source }: Upgradable, device: DeviceOperations): Promise<void> {
  const part = 'netup-42-7-1.part';
  const lines: string[] = [];
  expect(await device.fileSize(part)).toBeNull();
  await device.copyIn(source, part, (line) => lines.push(line));
  expect(lines.join('\n')).not.toContain(SERVER_PASSWORD);
  expect(await device.filesNamed('netup-42-')).toEqual([part]);
  expect(await device.fileSize(part)).toBe(image.sizeBytes);
  const algorithm = device.digestAlgorithm;
  expect(await device.digest(part)).toEqual({ algorithm, hex: image[algorithm] });
  await device.remove('never-there.bin');
  await device.rename(part, image.fileName);
  expect(await device.filesNamed('netup-42-')).toEqual([]);
}

test('ios-xe that activated and did not boot is aborted, since it refuses to roll back', async () => {
  const world = await staged('ios-xe', { activation_stalls: true });
  const device = await world.open();
  const { bootedAt, bootedWithin, runningVersion } = await device.readState();
  await device.prepareInstall(world.image.fileName);
  expect(await device.activate(world.image.fileName, { abortMinutes: 120 })).toMatchObject({ ended: 'prompt' });
  expect((await device.readState()).install).toMatchObject({
    kind: 'uncommitted',
    version: expect.stringMatching(/^17\./u),
  });
  await expect(device.withdraw({ version: runningVersion, bootedFrom: null })).rejects.toThrow(
    'activated another version',
  );
  const again = await world.open();
  await again.rollback({ version: runningVersion, bootedFrom: null });
  const after = await world.back(new Date(bootedAt.getTime() + bootedWithin));
  expect(await after.readState()).toMatchObject({ runningVersion, install: { kind: 'staged' } });
  expect(world.machine.counters).toMatchObject({ rollbacks: 1, reloads: 1, reloadCommands: [1, 0] });
});
