import type { PlatformProcedures } from '../../procedures.ts';
import { readConfiguration, saveConfiguration } from './configuration.ts';
import { digestOnFlash, downloadToFlash, removeFromFlash, renameOnFlash } from './files.ts';
import { readEosHealth } from './health.ts';
import { chooseImage, rebootChosen, rollBack, withdraw } from './install.ts';
import { readEosState, readFlash } from './state.ts';

/** Arista EOS. */
export const eosProcedures: PlatformProcedures = {
  digestAlgorithm: 'sha512',
  push: { by: 'sftp', folder: '/mnt/flash/' },
  readState: readEosState,
  readHealth: readEosHealth,
  runningConfiguration: (link) => readConfiguration(link, 'running'),
  startupConfiguration: (link) => readConfiguration(link, 'startup'),
  saveConfiguration,
  listFiles: async (link) => (await readFlash(link)).files,
  digest: digestOnFlash,
  download: downloadToFlash,
  rename: renameOnFlash,
  remove: removeFromFlash,
  // It keeps nothing that it would remove by itself.
  makeSpace: async (link) => (await readFlash(link)).freeBytes,
  // The image is booted as it is.
  prepareInstall: chooseImage,
  activate: rebootChosen,
  // What booted stays.
  commit: () => Promise.resolve(),
  // It boots from the image, which must stay.
  cleanUp: () => Promise.resolve(),
  rollback: rollBack,
  withdraw,
};
