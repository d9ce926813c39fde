import type { PlatformProcedures } from '../../procedures.ts';
import { readConfiguration, writeMemory } from './configuration.ts';
import { digestOnFlash, downloadToFlash, removeFromFlash, renameOnFlash } from './files.ts';
import { readIosXeHealth } from './health.ts';
import {
  activatePackage,
  addPackage,
  cleanFlash,
  commitPackage,
  removeInactive,
  rollBack,
  withdraw,
} from './install.ts';
import { readFlash, readIosXeState } from './state.ts';

/** Cisco IOS-XE in install mode. */
export const iosXeProcedures: PlatformProcedures = {
  digestAlgorithm: 'sha512',
  push: { by: 'scp', folder: 'flash:' },
  readState: readIosXeState,
  readHealth: readIosXeHealth,
  runningConfiguration: (link) => readConfiguration(link, 'running'),
  startupConfiguration: (link) => readConfiguration(link, 'startup'),
  saveConfiguration: writeMemory,
  listFiles: async (link) => (await readFlash(link)).files,
  digest: digestOnFlash,
  download: downloadToFlash,
  rename: renameOnFlash,
  remove: removeFromFlash,
  makeSpace: removeInactive,
  prepareInstall: addPackage,
  activate: activatePackage,
  commit: commitPackage,
  cleanUp: cleanFlash,
  rollback: rollBack,
  withdraw,
};
