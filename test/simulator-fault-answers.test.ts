import { expect, test } from 'vitest';
import type { Platform } from '../source/model/platform.ts';
import type { Faults } from '../source/simulator/faults.ts';
import { PREPARE, VERIFY, withImage } from './support/simulated-upgrade.ts';
import { Typist } from './support/typist.ts';

type Case = readonly [platform: Platform, faults: Faults, command: string, answer: RegExp];

const LOOKS: readonly Case[] = [
  ['ios-xe', { flash_full: true }, 'dir flash:', /\(0 bytes free\)/u],
  ['ios-xe', { flash_full: true }, PREPARE['ios-xe'], /ERROR: Not enough disk space[^]*FAILED: install_add exit\(1\)/u],
  ['junos', { flash_full: true }, PREPARE.junos, /ERROR: Insufficient space/u],
  ['eos', { flash_full: true }, 'write', /% Error .*No space left on device/u],
  ['junos', { cleanup_frees_nothing: true }, 'request system storage cleanup no-confirm', /Name\n\n/u],
  [
    'ios-xe',
    { digest_without_result: true },
    VERIFY['ios-xe'],
    /Done!\nverify \/sha512 bootflash:new [0-9a-f]{128}\n/u,
  ],
  ['junos', { digest_without_result: true }, VERIFY.junos, /new\n\n\S+> $/u],
  ['eos', { digest_without_result: true }, VERIFY.eos, /new\n\S+#$/u],
  ['ios-xe', { boot_variable_wrong: true }, 'show boot', /^BOOT variable = bootflash:cat9k_iosxe\.16\.12\.01/mu],
  [
    'ios-xe',
    { member_other_version: true },
    'show redundancy',
    /Version 17\.9\.4a,[^]*STANDBY HOT[^]*Version 17\.3\.5,/u,
  ],
  [
    'junos',
    { member_other_version: true },
    'show version',
    /^re0:[^]*Junos: 22\.4R3-S2\n[^]*^re1:[^]*Junos: 20\.4R3-S8\n/mu,
  ],
  ['ios-xe', { install_in_progress: true }, 'show install summary', /^Install operation in progress: install_add$/mu],
  ['ios-xe', { install_in_progress: true }, PREPARE['ios-xe'], /Another install operation is in progress[^]*FAILED:/u],
  ['junos', { install_in_progress: true }, PREPARE.junos, /ERROR: Another package installation is in progress/u],
  ['eos', { install_in_progress: true }, PREPARE.eos, /% Error: another image installation is in progress/u],
  ['ios-xe', { stale_install_state: true }, 'show install summary', /^IMG {3}I {4}17\.03\.05/mu],
  ['junos', { stale_install_state: true }, 'show system software list', /> junos-20\.4R3-S8/u],
  ['eos', { stale_install_state: true }, 'show boot-config', /flash:\/EOS64-4\.26\.8M\.swi/u],
  ['ios-xe', { version_spelled_differently: true }, 'show version', /^Cisco IOS XE Software, Version 17\.9\.4a$/mu],
  ['junos', { version_spelled_differently: true }, 'show version', /^Junos: 22\.4R3-S2\.\d+$/mu],
  ['eos', { version_spelled_differently: true }, 'show version', /^Software image version: 4\.31\.2F-\d+\.4312F$/mu],
  ['ios-xe', { below_minimum: true }, PREPARE['ios-xe'], /Upgrade from 17\.09\.04a .* is not supported[^]*FAILED:/u],
  ['junos', { below_minimum: true }, PREPARE.junos, /ERROR: Direct upgrade from 22\.4R3-S2 is not supported/u],
  ['eos', { below_minimum: true }, PREPARE.eos, /% Error: upgrade from 4\.31\.2F /u],
  ['ios-xe', { wrong_image_for_model: true }, PREPARE['ios-xe'], /not compatible with platform C8300[^]*FAILED:/u],
  ['junos', { wrong_image_for_model: true }, PREPARE.junos, /ERROR: .* not compatible with this model/u],
  ['eos', { wrong_image_for_model: true }, PREPARE.eos, /% Error: .* does not support this hardware/u],
  ['ios-xe', { clock_unsynchronized: true }, 'show ntp status', /Clock is unsynchronized/u],
  ['ios-xe', { clock_unsynchronized: true }, 'show clock', /^\*\d/mu],
  ['junos', { clock_unsynchronized: true }, 'show ntp status', /sync_unspec/u],
  ['eos', { clock_unsynchronized: true }, 'show ntp status', /unsynchronised/u],
];

test.each(LOOKS)('%s %j shows in the answer to `%s`, and not without it', async (platform, faults, command, answer) => {
  const device = await withImage(platform, faults);
  const typist = await Typist.login(device);
  expect(await typist.run(command)).toMatch(answer);
  device.machine.faults = {};
  expect(await typist.run(command)).not.toMatch(answer);
});
