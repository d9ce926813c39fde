import { describe, expect, test } from 'vitest';
import { DeviceError } from '../source/devices/device-error.ts';
import { PLATFORMS } from '../source/model/platform.ts';
import { sameVersion } from '../source/model/version.ts';
import { SERVER_PASSWORD, staged, type Upgradable, upgradable } from './support/upgradable.ts';

const PART = 'netup-42-7-1.part';
const QUICK = { timeouts: { patience: 300 } };

/** A device with faults on which the image stands already. */
describe.each(PLATFORMS)('%s', (platform) => {
  test('a copy for which there is no room is an error in the device’s words, and the password is not among them', async () => {
    const world = await upgradable(platform, { faults: { flash_full: true } });
    const lines: string[] = [];
    const device = await world.open();
    const error = await device.copyIn(world.source, PART, (line) => lines.push(line)).catch((fault: unknown) => fault);
    expect(error).toMatchObject({
      code: 'command_rejected',
      message: expect.stringContaining('No space left on device'),
    });
    expect(JSON.stringify([error, lines])).not.toContain(SERVER_PASSWORD);
  });

  test('a password that the image server does not take is sent once', async () => {
    const world = await upgradable(platform);
    const device = await world.open(QUICK);
    const source = { ...world.source, password: 'wrong one' };
    const error = await device.copyIn(source, PART, () => undefined).catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: 'command_rejected', message: expect.stringContaining('Permission denied') });
    expect(JSON.stringify(error)).not.toContain('wrong one');
    expect(world.machine.counters.copies).toBe(0);
  });

  test('a copy that is cut off is a lost connection', async () => {
    const world = await upgradable(platform, { faults: { copy_dies: true } });
    const device = await world.open();
    await expect(device.copyIn(world.source, PART, () => undefined)).rejects.toMatchObject({ code: 'closed' });
  });

  test('a digest without a result is none', async () => {
    const world = await staged(platform, { digest_without_result: true });
    const device = await world.open();
    await expect(device.digest(world.image.fileName)).rejects.toMatchObject({
      code: 'command_rejected',
      message: expect.stringMatching(/did not carry out `.*`: it printed no digest\.$/u),
    });
  });

  test('a digest that takes its time is waited for, and is the file’s, not the image’s', async () => {
    const world = await staged(platform, { slow_hash: true, checksum_mismatch: true });
    const device = await world.open();
    const { hex, algorithm } = await device.digest(world.image.fileName);
    expect(hex).toMatch(algorithm === 'sha512' ? /^[0-9a-f]{128}$/u : /^[0-9a-f]{64}$/u);
    expect(hex).not.toBe(world.image[algorithm]);
  });

  test('a connection that dies in the answer to the reload means that the device was told', async () => {
    const world = await staged(platform, { socket_dies_in_reload: true });
    const device = await world.open();
    await device.prepareInstall(world.image.fileName);
    expect(await device.activate(world.image.fileName, { abortMinutes: 120 })).toMatchObject({ ended: 'gone' });
    expect(Math.max(...world.machine.counters.reloadCommands)).toBe(1);
  });

  test('a device that answers on after it was told is told apart from one that has booted', async () => {
    const world = await staged(platform, { ssh_before_reboot: true });
    const device = await world.open();
    const before = await device.readState();
    await device.prepareInstall(world.image.fileName);
    expect(await device.activate(world.image.fileName, { abortMinutes: 120 })).toMatchObject({ ended: 'prompt' });
    device.close();
    const after = await (await world.back(new Date(before.bootedAt.getTime() + before.bootedWithin))).readState();
    expect(sameVersion(platform, after.runningVersion, world.image.version)).toBe(true);
    expect(world.machine.counters.reloads).toBe(1);
  });

  test('a question that nobody foresaw stops the reload, and nothing is answered', async () => {
    const command = {
      'ios-xe': 'install activate auto-abort-timer <number>',
      junos: 'request system reboot',
      eos: 'reload now',
    };
    const world = await staged(platform, { unknown_prompt: command[platform] });
    const device = await world.open(QUICK);
    await device.prepareInstall(world.image.fileName);
    await expect(device.activate(world.image.fileName, { abortMinutes: 120 })).rejects.toMatchObject({
      code: 'unexpected_prompt',
    });
    expect(world.machine.counters).toMatchObject({ reloads: 0, activations: 0 });
  });

  test('a command line that is not ready after a boot is an error that passes', async () => {
    const world = await staged(platform, { cli_not_ready: true });
    const device = await world.open();
    const before = await device.readState();
    await device.prepareInstall(world.image.fileName);
    await device.activate(world.image.fileName, { abortMinutes: 120 });
    const codes = new Set<string>();
    for (let renewed = null; renewed === null;) {
      renewed = await world.open().then(
        (opened) => opened.readState(),
        (error: unknown) => {
          expect(error).toBeInstanceOf(DeviceError);
          if (error instanceof DeviceError) codes.add(error.code);
          return null;
        },
      );
    }
    expect(codes.has('authentication')).toBe(false);
    expect(world.machine.bootedAt.getTime()).toBeGreaterThan(before.bootedAt.getTime());
  });

  test('two readings of one boot agree as far as they say', async () => {
    const world = await upgradable(platform, { bootedAt: new Date(Date.now() - 90_000_000) });
    const device = await world.open();
    const first = await device.readState();
    const second = await device.readState();
    const apart = Math.abs(second.bootedAt.getTime() - first.bootedAt.getTime());
    expect(apart).toBeLessThanOrEqual(Math.max(first.bootedWithin, second.bootedWithin));
  });

  test('a clock that follows no server, and unsaved lines, are seen', async () => {
    const world = await upgradable(platform, { faults: { clock_unsynchronized: true } });
    const device = await world.open();
    expect((await device.readState()).clockSynchronized).toBe(false);
    if (platform === 'junos') return;
    world.machine.runningConfiguration = world.machine.runningConfiguration.replace(/\nend\s*$/u, '\nbanner x\nend\n');
    expect(await device.configurationSaved()).toBe(false);
    await device.saveConfiguration();
    expect(await device.configurationSaved()).toBe(true);
  });
});

describe('ios-xe, where an installation has many steps', () => {
  test('a flash that is full is known as soon as the device says it', async () => {
    const world = await staged('ios-xe', { flash_full: true });
    const device = await world.open();
    await expect(device.prepareInstall(world.image.fileName)).rejects.toMatchObject({
      code: 'command_rejected',
      message: expect.stringMatching(/did not carry out `install add .*`: (?:FAILED|ERROR): .*space/u),
    });
    expect(world.machine.counters.reloads).toBe(0);
  });

  test('what is half installed, or being installed, is told', async () => {
    const stale = await upgradable('ios-xe', { faults: { stale_install_state: true } });
    expect((await (await stale.open()).readState()).install).toMatchObject({
      kind: 'staged',
      version: expect.stringMatching(/^17\.0?3\.0?5/u),
    });
    const busy = await upgradable('ios-xe', { faults: { install_in_progress: true } });
    expect((await (await busy.open()).readState()).install).toMatchObject({
      kind: 'busy',
      detail: expect.stringContaining('install_add'),
    });
  });

  test('another version on the other processor, or in the stack, is seen', async () => {
    for (const model of ['ASR1006-X', 'C9300-48UXM']) {
      const world = await upgradable('ios-xe', { model, members: 2, faults: { member_other_version: true } });
      const state = await (await world.open()).readState();
      const versions = state.members.map(({ version }) => version ?? '');
      expect(versions.some((version) => !sameVersion('ios-xe', version, state.runningVersion))).toBe(true);
    }
  });

  test('a boot variable that would not boot the packages stops the installation', async () => {
    const world = await staged('ios-xe', { boot_variable_wrong: true });
    const device = await world.open();
    await expect(device.prepareInstall(world.image.fileName)).rejects.toThrow(/boots \S+\.bin and not packages\.conf/u);
  });

  test('a device that keeps what it said it removed is caught', async () => {
    const world = await upgraded();
    world.machine.faults = { declined_clean_success: true };
    const device = await world.open();
    await device.commit();
    await expect(device.cleanUp(world.image.fileName)).rejects.toThrow(/is still there\.$/u);
  });

  test('after a commit there is no way back, and no reload is sent', async () => {
    const world = await upgraded();
    const device = await world.open();
    await device.commit();
    await expect(device.rollback({ version: '17.09.04a', bootedFrom: null })).rejects.toThrow(
      /is committed, and the way back to 17\.09\.04a is gone/u,
    );
    expect(world.machine.counters.reloads).toBe(1);
  });

  test('a way back that the device refuses is an error in its words', async () => {
    const world = await upgraded();
    world.machine.faults = { rollback_fails: true };
    const device = await world.open();
    await expect(device.rollback({ version: '17.09.04a', bootedFrom: null })).rejects.toMatchObject({
      code: 'command_rejected',
    });
    expect(world.machine.counters.reloads).toBe(1);
  });
});

test.each(['junos', 'eos'] as const)('a way back that %s refuses is an error in its words', async (platform) => {
  const world = await staged(platform);
  const device = await world.open();
  const before = await device.readState();
  await device.prepareInstall(world.image.fileName);
  await device.activate(world.image.fileName, { abortMinutes: 120 });
  const renewed = await world.back(new Date(before.bootedAt.getTime() + before.bootedWithin));
  world.machine.faults = { rollback_fails: true };
  const previous = { version: before.runningVersion, bootedFrom: before.bootsNext };
  await expect(renewed.rollback(previous)).rejects.toMatchObject({ code: 'command_rejected' });
  expect(world.machine.counters.reloads).toBe(1);
});

test.each([
  ['keeps another image to boot', 'prepareInstall'],
  ['was not told which image to boot', 'activate'],
] as const)('eos that %s is not reloaded', async (_what, operation) => {
  const world = await staged(
    'eos',
    operation === 'activate' ? { stale_install_state: true } : { boot_variable_wrong: true },
  );
  const device = await world.open();
  const { fileName } = world.image;
  const sent =
    operation === 'activate' ? device.activate(fileName, { abortMinutes: 120 }) : device.prepareInstall(fileName);
  await expect(sent).rejects.toThrow(/it would boot flash:\/EOS64-4\.26\.8M\.swi/u);
  expect(world.machine.counters).toMatchObject({ reloads: 0, saves: 0 });
});

test('junos whose way back was cut off before the reboot is sent the reboot only', async () => {
  const world = await staged('junos');
  const device = await world.open();
  const before = await device.readState();
  await device.prepareInstall(world.image.fileName);
  await device.activate(world.image.fileName, { abortMinutes: 120 });
  const renewed = await world.back(new Date(before.bootedAt.getTime() + before.bootedWithin));
  const after = await renewed.readState();
  const previous = { version: before.runningVersion, bootedFrom: null };
  world.machine.faults = { reload_refused: true };
  await expect(renewed.rollback(previous)).rejects.toMatchObject({ code: 'command_rejected' });
  world.machine.faults = {};
  await (await world.open()).rollback({ ...previous, toldBefore: true });
  const old = await world.back(new Date(after.bootedAt.getTime() + after.bootedWithin));
  expect((await old.readState()).runningVersion).toBe(before.runningVersion);
  expect(world.machine.counters).toMatchObject({ rollbacks: 1, reloads: 2 });
});

test.each(PLATFORMS)('%s forgets what was put in place, as often as it is told', async (platform) => {
  const world = await staged(platform);
  const device = await world.open();
  const { runningVersion: version, bootsNext } = await device.readState();
  const previous = { version, bootedFrom: bootsNext };
  await device.prepareInstall(world.image.fileName);
  expect((await device.readState()).install.kind).toBe('staged');
  await device.withdraw(previous);
  await device.withdraw(previous);
  expect(await device.readState()).toMatchObject({ install: { kind: 'idle' }, bootsNext, runningVersion: version });
  expect(world.machine.counters.reloadCommands).toEqual([0]);
});

test('eos that would boot another image than the one it runs says so', async () => {
  const stale = await upgradable('eos', { faults: { stale_install_state: true } });
  expect((await (await stale.open()).readState()).install).toEqual({ kind: 'staged', version: '4.26.8M' });
});

test('junos that is busy, or has something pending, says so', async () => {
  const busy = await upgradable('junos', { faults: { install_in_progress: true } });
  expect((await (await busy.open()).readState()).install.kind).toBe('busy');
  const stale = await upgradable('junos', { faults: { stale_install_state: true } });
  expect((await (await stale.open()).readState()).install).toEqual({ kind: 'staged', version: '20.4R3-S8' });
});

async function upgraded(): Promise<Upgradable> {
  const world = await staged('ios-xe');
  const device = await world.open();
  const { bootedAt, bootedWithin } = await device.readState();
  await device.prepareInstall(world.image.fileName);
  await device.activate(world.image.fileName, { abortMinutes: 120 });
  (await world.back(new Date(bootedAt.getTime() + bootedWithin))).close();
  return world;
}
