import { expect, test, vi } from 'vitest';
import { IMAGES, simulateUpgradable } from './support/simulated-upgrade.ts';
import { loginWhenUp, Typist } from './support/typist.ts';

const SERVER = 'scp://images@192.0.2.9/pub';
const NO_FAULT = { reloadCommands: [1, 0], reloads: 1, writersAtOnce: 1, copies: 1, activations: 1, rollbacks: 0 };

test('IOS-XE: copy, verify, add, activate, boot, commit and clean', async () => {
  const device = await simulateUpgradable('ios-xe');
  const { fileName, sha512, sizeBytes } = IMAGES['ios-xe'];
  const before = await Typist.login(device);
  const copied = await before.run(`copy ${SERVER}/${fileName} flash:part.bin`, [
    [/Destination filename \[part\.bin\]\? $/u, '\n'],
    [/Password: $/u, 'image secret\n'],
  ]);
  expect(copied).toMatch(/!{20}\n\[OK - 823000000 bytes\]\n\n823000000 bytes copied in [\d.]+ secs/u);
  expect(copied).not.toContain('image secret');
  expect(await before.run('dir flash:')).toMatch(
    new RegExp(`-rw- +${sizeBytes} .* part\\.bin\\n[^]*bytes free\\)`, 'u'),
  );
  expect(await before.run('verify /sha512 flash:part.bin')).toMatch(
    new RegExp(`\\.{40}Done!\\nverify /sha512 \\(bootflash:part\\.bin\\) = ${sha512}\\n`, 'u'),
  );
  await before.run(`rename flash:part.bin flash:${fileName}`, [[/Destination filename \[.*\]\? $/u, '\n']]);
  expect(await before.run('write memory')).toContain('[OK]');
  expect(await before.run(`install add file flash:${fileName}`)).toContain('SUCCESS: install_add');
  expect(await before.run('show install summary')).toMatch(/IMG {3}C {4}17\.09\.04a[^]*IMG {3}I {4}17\.12\.04/u);
  const activated = await before.run('install activate auto-abort-timer 1200', [[/proceed\? \[y\/n\]$/u, 'y']]);
  expect(activated).toContain('SUCCESS: install_activate');
  expect(before.gone).toBe(true);
  await expect(Typist.login(device)).rejects.toMatchObject({ code: 'ECONNREFUSED' });

  const after = await loginWhenUp(device);
  expect(await after.run('show version')).toMatch(/Version 17\.12\.04[^]*uptime is \d+ minutes?\n/u);
  expect(await after.run('show install summary')).toMatch(
    /IMG {3}D {4}17\.09\.04a[^]*IMG {3}U {4}17\.12\.04[^]*active on install_activate, time before rollback - 19:\d\d:\d\d/u,
  );
  expect(await after.run('install commit')).toContain('SUCCESS: install_commit');
  expect(await after.run('show install summary')).toMatch(
    /IMG {3}I {4}17\.09\.04a[^]*IMG {3}C {4}17\.12\.04[^]*timer: inactive/u,
  );
  await after.run('install remove inactive', [[/remove the above files\? \[y\/n\]$/u, 'y\n']]);
  expect(await after.run('install remove inactive')).toContain('Nothing to clean.');
  expect(device.machine.counters).toMatchObject({ ...NO_FAULT, commits: 1, saves: 1 });
});

test('IOS-XE: what is not committed goes back by itself when its time is over', async () => {
  const device = await simulateUpgradable('ios-xe');
  const { machine } = device;
  machine.flash.put({ ...IMAGES['ios-xe'], name: 'new.bin', changedAt: new Date() });
  const before = await Typist.login(device);
  await before.run('install add file flash:new.bin');
  await before.run('install activate auto-abort-timer 30', [[/\[y\/n\]$/u, 'y']]);
  await vi.waitFor(() => expect(machine.counters.reloadCommands).toHaveLength(3), { timeout: 10_000 });
  expect(machine.software).toMatchObject({ running: '17.09.04a', previous: '17.12.04' });
  const back = await loginWhenUp(device);
  expect(await back.run('show version')).toContain('Version 17.09.04a');
  expect(await back.run('show install summary')).toContain('Auto abort timer: inactive');
  expect(machine.counters).toMatchObject({ reloads: 2, reloadCommands: [1, 0, 0], commits: 0 });
});

test('IOS-XE: an uncommitted installation is taken back on demand', async () => {
  const device = await simulateUpgradable('ios-xe');
  device.machine.flash.put({ ...IMAGES['ios-xe'], name: 'new.bin', changedAt: new Date() });
  const before = await Typist.login(device);
  await before.run('install add file flash:new.bin');
  await before.run('install activate auto-abort-timer 1200', [[/\[y\/n\]$/u, 'y']]);
  const after = await loginWhenUp(device);
  await after.run('install rollback to committed', [[/\[y\/n\]$/u, 'y']]);
  const back = await loginWhenUp(device);
  expect(await back.run('show version')).toContain('Version 17.09.04a');
  expect(device.machine.counters).toMatchObject({ reloads: 2, reloadCommands: [1, 1, 0], rollbacks: 1 });
});

test('Junos: copy, checksum, add, reboot, and back', async () => {
  const device = await simulateUpgradable('junos');
  const { fileName, sha256, sizeBytes } = IMAGES.junos;
  const before = await Typist.login(device);
  const copied = await before.run(`file copy ${SERVER}/${fileName} /var/tmp/part`, [
    [/images@192\.0\.2\.9's password: $/u, 'image secret\n'],
  ]);
  expect(copied).toMatch(/100% 2288MB/u);
  expect(await before.run('file list /var/tmp/part detail')).toMatch(
    new RegExp(`^-rw-r--r-- .* ${sizeBytes} .* /var/tmp/part$`, 'mu'),
  );
  expect(await before.run('file checksum sha-256 /var/tmp/part')).toContain(`SHA256 (/var/tmp/part) = ${sha256}\n`);
  expect(await before.run(`file rename /var/tmp/part /var/tmp/${fileName}`)).not.toContain('error');
  expect(await before.run(`request system software validate /var/tmp/${fileName}`)).toContain('Validation succeeded');
  expect(await before.run(`request system software add /var/tmp/${fileName} no-validate`)).toMatch(
    /A REBOOT IS REQUIRED[^]*Saving state for rollback/u,
  );
  const rebooting = await before.run('request system reboot', [[/Reboot the system \? \[yes,no\] \(no\) $/u, 'yes\n']]);
  expect(rebooting).toContain('*** FINAL System shutdown message');
  expect(before.gone).toBe(true);

  const after = await loginWhenUp(device);
  expect(await after.run('show version')).toContain('Junos: 23.4R2-S3\n');
  expect(await after.run('show system uptime')).toMatch(/System booted: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(0\d:/u);
  expect(device.machine.counters).toMatchObject(NO_FAULT);
  expect(await after.run('request system software rollback')).toContain(
    "'22.4R3-S2' will become active at next reboot",
  );
  await after.run('request system reboot', [[/\(no\) $/u, 'yes\n']]);
  const back = await loginWhenUp(device);
  expect(await back.run('show version')).toContain('Junos: 22.4R3-S2\n');
  expect(device.machine.counters).toMatchObject({ reloads: 2, reloadCommands: [1, 1, 0], rollbacks: 1 });
});

test('Junos: a reboot that is not confirmed does nothing, and a package can be taken out again before it', async () => {
  const device = await simulateUpgradable('junos');
  device.machine.flash.put({ ...IMAGES.junos, name: 'new.tgz', changedAt: new Date() });
  const typist = await Typist.login(device);
  await typist.run('request system software add /var/tmp/new.tgz no-validate');
  expect(await typist.run('show system software list')).toContain('> junos-23.4R2-S3');
  await typist.run('request system reboot', [[/\(no\) $/u, '\n']]);
  expect(await typist.run('request system software delete junos')).toContain('Reverting the pending installation');
  expect(await typist.run('show system software list')).not.toContain('> junos-');
  expect(device.machine.counters).toMatchObject({ reloads: 0, reloadCommands: [0] });
});

test('EOS: copy, verify, boot, and back', async () => {
  const device = await simulateUpgradable('eos');
  const { fileName, sha512, sizeBytes } = IMAGES.eos;
  const before = await Typist.login(device);
  const copied = await before.run(`copy ${SERVER}/${fileName} flash:part.swi`, [
    [/images@192\.0\.2\.9's password: $/u, 'image secret\n'],
  ]);
  expect(copied).toContain('Copy completed successfully.');
  expect(await before.run('dir flash:')).toMatch(new RegExp(`-rw- +${sizeBytes} .* part\\.swi\\n`, 'u'));
  expect(await before.run('verify /sha512 flash:part.swi')).toContain(`(flash:/part.swi) = ${sha512}`);
  await before.run(`rename flash:part.swi flash:${fileName}`);
  await before.run(`boot system flash:${fileName}`);
  expect(await before.run('show boot-config')).toContain(`Software image: flash:/${fileName}\n`);
  expect(await before.run('write')).toContain('Copy completed successfully.');
  expect(await before.run('reload now')).toContain('The system is going down for reboot NOW!');
  expect(before.gone).toBe(true);

  const after = await loginWhenUp(device);
  expect(await after.run('show version')).toContain('Software image version: 4.32.2F\n');
  expect(await after.run('show reload cause')).toContain('Reload requested by the user.');
  expect(device.machine.counters).toMatchObject(NO_FAULT);
  await after.run('boot system flash:EOS64-4.31.2F.swi');
  await after.run('reload', [[/Proceed with reload\? \[confirm\]$/u, '\n']]);
  const back = await loginWhenUp(device);
  expect(await back.run('show version')).toContain('Software image version: 4.31.2F\n');
  expect(device.machine.counters).toMatchObject({ reloads: 2, rollbacks: 1 });
});

test('what was configured and not saved is gone after a reload, and EOS asks about it', async () => {
  const device = await simulateUpgradable('eos');
  const { machine } = device;
  machine.runningConfiguration = `alias new show version\n${machine.runningConfiguration}`;
  const before = await Typist.login(device);
  expect(await before.run('show running-config diffs')).toContain('+alias new show version');
  await before.run('reload', [
    [/Save\? \[yes\/no\/cancel\/diff\]:$/u, 'no\n'],
    [/\[confirm\]$/u, 'y'],
  ]);
  const after = await loginWhenUp(device);
  expect(await after.run('show running-config')).not.toContain('alias new');
});
