import type { PlatformProcedures } from '../../procedures.ts';
import { readConfiguration, saveRescue } from './configuration.ts';
import { checksum, downloadToFolder, FOLDER, listFolder, removeFromFolder, renameInFolder } from './files.ts';
import { readJunosHealth } from './health.ts';
import { addSoftware, cleanFolder, cleanStorage, reboot, rollBack, withdraw } from './install.ts';
import { readJunosState } from './state.ts';

/** Juniper Junos, where `request system software` installs. Images whose names begin with `junos-vmhost` need other commands. */
export const junosProcedures: PlatformProcedures = {
  digestAlgorithm: 'sha256',
  push: { by: 'sftp', folder: FOLDER },
  readState: readJunosState,
  readHealth: readJunosHealth,
  runningConfiguration: readConfiguration,
  // What is committed is what it boots with.
  startupConfiguration: () => Promise.resolve(null),
  saveConfiguration: saveRescue,
  listFiles: listFolder,
  digest: checksum,
  download: downloadToFolder,
  rename: renameInFolder,
  remove: removeFromFolder,
  makeSpace: cleanStorage,
  prepareInstall: addSoftware,
  activate: reboot,
  // What booted stays.
  commit: () => Promise.resolve(),
  cleanUp: cleanFolder,
  rollback: rollBack,
  withdraw,
};
