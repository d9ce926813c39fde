import { describe, expect, test, vi } from 'vitest';
import type { Platform } from '../source/model/platform.ts';
import type { RunningDevice } from '../source/simulator/fleet.ts';
import { IMAGES, PREPARE, simulateUpgradable, VERIFY, withImage } from './support/simulated-upgrade.ts';
import { loginWhenUp, Typist } from './support/typist.ts';

const PATIENT = { timeout: 10_000 };
const PROCEED = [/\[y\/n\]$/u, 'y'] as const;
const REBOOT = [/\(no\) $/u, 'yes\n'] as const;
const PASSWORD = [/assword: $/u, 'image secret\n'] as const;
const NAME = [/Destination filename \[new\]\? $/u, '\n'] as const;

async function goDown(typist: Typist, platform: Platform): Promise<string> {
  if (platform === 'ios-xe') return typist.run('install activate auto-abort-timer 1200', [PROCEED]);
  if (platform === 'junos') return typist.run('request system reboot', [REBOOT]);
  return typist.run('reload now');
}

/** Installs the image and boots. */
async function upgrade(device: RunningDevice): Promise<Typist> {
  const { platform } = device.machine.device;
  const typist = await Typist.login(device);
  await typist.run(PREPARE[platform]);
  await goDown(typist, platform);
  return loginWhenUp(device);
}

describe.each(['ios-xe', 'junos', 'eos'] as const)('%s', (platform) => {
  const oldVersion = { 'ios-xe': '17.09.04a', junos: '22.4R3-S2', eos: '4.31.2F' }[platform];

  test.each(['boots_old_image', 'boot_variable_wrong'] as const)('%s: it comes back as it was', async (fault) => {
    const device = await withImage(platform, {});
    const typist = await Typist.login(device);
    await typist.run(PREPARE[platform]);
    device.machine.faults = { [fault]: true };
    await goDown(typist, platform);
    const after = await loginWhenUp(device);
    expect(await after.run('show version')).toContain(oldVersion);
    expect(device.machine.counters).toMatchObject({ reloads: 1, activations: 1 });
  });

  test('checksum_mismatch: another digest, the same each time', async () => {
    const device = await withImage(platform, { checksum_mismatch: true });
    const typist = await Typist.login(device);
    const { sha256, sha512 } = IMAGES[platform];
    const [first = ''] = /[0-9a-f]{64,128}$/mu.exec(await typist.run(VERIFY[platform])) ?? [];
    expect(first).toHaveLength(platform === 'junos' ? 64 : 128);
    expect([sha256, sha512]).not.toContain(first);
    expect(await typist.run(VERIFY[platform])).toContain(first);
  });

  test('slow_hash: it takes 200 s', async () => {
    const device = await withImage(platform, { slow_hash: true });
    const typist = await Typist.login(device);
    const begin = device.machine.now().getTime();
    await typist.run(VERIFY[platform]);
    expect(device.machine.now().getTime() - begin).toBeGreaterThan(199_000);
  });

  test('ssh_before_reboot: the prompt comes back, and a second command is counted', async () => {
    const device = await withImage(platform, { ssh_before_reboot: true }, { lingerSeconds: 2500 });
    const typist = await Typist.login(device);
    await typist.run(PREPARE[platform]);
    await goDown(typist, platform);
    expect(typist.gone).toBe(false);
    expect(device.machine.goingDown).toBe(true);
    await typist.run(
      platform === 'ios-xe' ? 'install activate' : platform === 'eos' ? 'reload now' : 'request system reboot',
    );
    await typist.lost();
    expect(device.machine.counters.reloadCommands).toStrictEqual([2]);
    const after = await loginWhenUp(device);
    expect(await after.run('show version')).not.toContain(oldVersion);
    expect(device.machine.counters).toMatchObject({ reloads: 1, reloadCommands: [2, 0] });
  });

  test('socket_dies_in_reload: the connection is lost, the device answers on, and goes down later', async () => {
    const device = await withImage(platform, { socket_dies_in_reload: true });
    const typist = await Typist.login(device);
    await typist.run(PREPARE[platform]);
    const answer = await goDown(typist, platform);
    expect(answer).not.toMatch(/SUCCESS|FINAL|NOW/u);
    expect(typist.gone).toBe(true);
    const { counters } = device.machine;
    await vi.waitFor(() => expect(counters.reloadCommands).toStrictEqual([1, 0]), PATIENT);
    const after = await loginWhenUp(device);
    expect(await after.run('show version')).not.toContain(oldVersion);
  });

  test('cli_not_ready: logins are taken, and hung up, for a while after the boot', async () => {
    const device = await withImage(platform, { cli_not_ready: true });
    const typist = await upgrade(device);
    const up = device.machine.now().getTime() - device.machine.bootedAt.getTime();
    expect(up).toBeGreaterThan(29_000);
    expect(await typist.run('show version')).not.toContain(oldVersion);
  });

  test('startup_lost_lines: lines are missing after the boot', async () => {
    const device = await withImage(platform, { startup_lost_lines: true });
    const command = platform === 'junos' ? 'show configuration' : 'show running-config';
    const server = platform === 'junos' ? 'server 192.0.2.251' : 'ntp server 192.0.2.251';
    const before = await Typist.login(device);
    expect(await before.run(command)).toContain(server);
    before.close();
    const after = await upgrade(device);
    expect(await after.run(command)).not.toContain(server);
  });

  test('postcheck_interface_down: after the boot an interface and a neighbour are missing', async () => {
    const device = await withImage(platform, { postcheck_interface_down: true });
    const { interfaces, neighbours } = device.machine.network;
    const bgp = platform === 'junos' ? 'show bgp summary' : 'show ip bgp summary';
    const address = (neighbours[0]?.address ?? '').replaceAll('.', String.raw`\.`);
    const down = new RegExp(`^ *${address} .*(?:Active|Idle) *$`, 'mu');
    const before = await Typist.login(device);
    expect(await before.run(bgp)).not.toMatch(/(?:Active|Idle) *$/mu);
    before.close();
    const after = await upgrade(device);
    expect(device.machine.network.interfaces.filter(({ up }) => up)).toHaveLength(
      interfaces.filter(({ up }) => up).length - 1,
    );
    const answer = await after.run(bgp);
    expect(answer.replaceAll(/ Active +(?=\d|$)/gmu, ' Active')).toMatch(down);
  });

  test('never_comes_back: nobody answers any more', async () => {
    const device = await withImage(platform, { never_comes_back: true });
    const typist = await Typist.login(device);
    await typist.run(PREPARE[platform]);
    await goDown(typist, platform);
    // Long after it should be back.
    const until = device.machine.now().getTime() + 1_000_000;
    await vi.waitFor(() => expect(device.machine.now().getTime()).toBeGreaterThan(until), PATIENT);
    await expect(Typist.login(device)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('rollback_fails: it says so, and runs what it ran', async () => {
    const device = await withImage(platform, { rollback_fails: true });
    const typist = await upgrade(device);
    const command = {
      'ios-xe': 'install rollback to committed',
      junos: 'request system software rollback',
      eos: 'boot system flash:EOS64-4.31.2F.swi',
    }[platform];
    expect(await typist.run(command)).toMatch(/FAILED|ERROR|% Error/u);
    expect(device.machine.counters).toMatchObject({ reloads: 1, rollbacks: 0 });
  });

  test('authentication_refused, until it is switched off', async () => {
    const device = await simulateUpgradable(platform, { faults: { authentication_refused: true } });
    await expect(Typist.login(device)).rejects.toThrow('authentication methods failed');
    device.machine.faults = {};
    await expect(Typist.login(device)).resolves.toBeInstanceOf(Typist);
  });

  test('unknown_prompt: it asks at the command that was named, and nowhere else', async () => {
    const at = platform === 'junos' ? 'request system software add' : platform === 'eos' ? 'write' : 'write memory';
    const typed = platform === 'junos' ? PREPARE.junos : at;
    const device = await withImage(platform, { unknown_prompt: at });
    const typist = await Typist.login(device);
    expect(await typist.run('show version')).toContain(oldVersion);
    const answer = await typist.run(typed, [[/\[accept\/decline\]: $/u, 'accept\n']]);
    expect(answer).toMatch(/\[OK\]|REBOOT IS REQUIRED|successfully/u);
  });

  test('copy_dies: the connection is lost, the copy goes on, and a second one at the same time spoils both', async () => {
    const { sizeBytes, fileName } = IMAGES[platform];
    const device = await simulateUpgradable(platform, { copyBytesPerSecond: sizeBytes / 2500 });
    const { machine } = device;
    const url = `scp://images@192.0.2.9/${fileName}`;
    const command = platform === 'junos' ? `file copy ${url} /var/tmp/new` : `copy ${url} flash:new`;
    const answers = platform === 'ios-xe' ? [NAME, PASSWORD] : [PASSWORD];
    const [first, second] = [await Typist.login(device), await Typist.login(device)];
    machine.faults = { copy_dies: true };
    await first.run(command, answers);
    expect(first.gone).toBe(true);
    await vi.waitFor(() => expect(machine.flash.find('new')?.version).toBe(IMAGES[platform].version), PATIENT);
    const third = await Typist.login(device);
    machine.flash.remove('new');
    await third.run(command, answers);
    machine.flash.remove('new');
    machine.faults = {};
    await second.run(command, answers);
    expect(machine.counters).toMatchObject({ copies: 3, writersAtOnce: 2 });
    expect(machine.flash.find('new')?.version).toBeNull();
  });
});

test('cleanup_frees_nothing on IOS-XE: there is nothing to clean, it says', async () => {
  const device = await withImage('ios-xe', { cleanup_frees_nothing: true });
  const typist = await Typist.login(device);
  expect(await typist.run('install remove inactive')).toContain('Nothing to clean.');
  expect(device.machine.flash.find('new')).toBeDefined();
});

test('declined_clean_success: it prints success, and removes nothing', async () => {
  const device = await withImage('ios-xe', { declined_clean_success: true });
  const typist = await Typist.login(device);
  const files = device.machine.flash.files.length;
  expect(await typist.run('install remove inactive', [PROCEED])).toContain('SUCCESS: install_remove');
  expect(device.machine.flash.files).toHaveLength(files);
  device.machine.faults = {};
  await typist.run('install remove inactive', [PROCEED]);
  expect(device.machine.flash.find('new')).toBeUndefined();
});

test('cleanup_frees_nothing on EOS: the file is gone, its room is not', async () => {
  const device = await withImage('eos', { cleanup_frees_nothing: true });
  const free = device.machine.flash.freeBytes;
  const typist = await Typist.login(device);
  await typist.run('delete flash:new');
  expect(device.machine.flash.find('new')).toBeUndefined();
  expect(device.machine.flash.freeBytes).toBe(free);
});

test('a fault can wait for a reload', async () => {
  const device = await withImage('ios-xe', { member_other_version: { afterReloads: 1 } });
  const typist = await Typist.login(device);
  expect(await typist.run('show redundancy')).not.toContain('STANDBY');
  typist.close();
  const after = await upgrade(device);
  expect(await after.run('show redundancy')).toMatch(/Version 17\.12\.4,[^]*STANDBY HOT[^]*Version 17\.9\.4a,/u);
});
