import type { MachineKind } from '../machine-kind.ts';
import { fileOf } from './file-of.ts';
import { iosXeConfiguration, shortVersion } from './ios-xe-configuration.ts';
import { packageFile, PACKAGES_CONF } from './ios-xe-names.ts';

const PACKAGE_BYTES = 980_000_000;

export const iosXeMachine: MachineKind = {
  flashBytes: 11_353_194_496,
  bootFile: () => PACKAGES_CONF,
  softwareFiles: (version) => [
    fileOf(PACKAGES_CONF, 7711, null),
    fileOf(packageFile(version), PACKAGE_BYTES, version),
    fileOf('vlan.dat', 676, null),
  ],
  configuration: iosXeConfiguration,
  adopt: (text, version) => text.replace(/^version .*$/mu, `version ${shortVersion(version)}`),
  withOtherDefaults: (text) =>
    text
      .replace(/^ntp server (\S+)$/mu, 'ntp server $1 version 4')
      .replace(/^ip scp server enable$/mu, '$&\nip ssh bulk-mode 131072'),
  // What is activated runs once; what is committed runs whenever else.
  nextVersion: ({ next, committed, bootFile, running }, flash) => {
    if (bootFile === PACKAGES_CONF) return next ?? committed;
    return flash.find(bootFile)?.version ?? running;
  },
};
