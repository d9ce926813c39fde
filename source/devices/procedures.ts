import type { DeviceLink } from './device-link.ts';
import type { Departure } from './dialogue.ts';
import type { DeviceHealth, DeviceState, DigestAlgorithm, PreviousSoftware } from './operations.ts';

/** A file on a device. */
export interface DeviceFile {
  readonly name: string;
  readonly bytes: number;
}

/** A file that a device is to fetch. */
export interface Download {
  readonly url: URL;
  /** Null where the server asks for none. */
  readonly password: string | null;
  readonly name: string;
}

/**
 * What an upgrade does on the devices of one platform: see {@link DeviceOperations}, which is made of these. Each throws a `DeviceError` when the
 * device does not do it, and also when it only says that it did.
 */
export interface PlatformProcedures {
  readonly digestAlgorithm: DigestAlgorithm;
  /** How we send a file, and to which place. */
  readonly push: { readonly by: 'scp' | 'sftp'; readonly folder: string };
  readState(link: DeviceLink): Promise<DeviceState>;
  readHealth(link: DeviceLink): Promise<DeviceHealth>;
  runningConfiguration(link: DeviceLink): Promise<string>;
  startupConfiguration(link: DeviceLink): Promise<string | null>;
  saveConfiguration(link: DeviceLink): Promise<void>;
  listFiles(link: DeviceLink): Promise<readonly DeviceFile[]>;
  /** Hexadecimal, lower case. */
  digest(link: DeviceLink, name: string): Promise<string>;
  download(link: DeviceLink, download: Download, onLine: (line: string) => void): Promise<void>;
  rename(link: DeviceLink, from: string, to: string): Promise<void>;
  remove(link: DeviceLink, name: string): Promise<void>;
  makeSpace(link: DeviceLink): Promise<number>;
  prepareInstall(link: DeviceLink, name: string): Promise<void>;
  activate(link: DeviceLink, name: string, abortMinutes: number): Promise<Departure>;
  commit(link: DeviceLink): Promise<void>;
  cleanUp(link: DeviceLink, name: string): Promise<void>;
  rollback(link: DeviceLink, previous: PreviousSoftware): Promise<Departure>;
  withdraw(link: DeviceLink, previous: PreviousSoftware): Promise<void>;
}
