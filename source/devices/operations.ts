import type { Platform } from '../model/platform.ts';
import type { Departure } from './dialogue.ts';

/** What a device is busy with, of installing software. */
export type InstallState =
  | { readonly kind: 'idle' }
  /** Put in place, not activated. */
  | { readonly kind: 'staged'; readonly version: string }
  /** Runs, and goes back by itself when the timer ends unless it is committed. */
  | { readonly kind: 'uncommitted'; readonly version: string; readonly abortSeconds: number | null }
  | { readonly kind: 'busy'; readonly detail: string };

/** One of several processors or stack members. */
export interface RedundancyMember {
  readonly name: string;
  readonly role: string;
  readonly ready: boolean;
  /** Null where the platform does not say it. */
  readonly version: string | null;
}

/** What a device says of itself and its software. Null: this platform does not say it. */
export interface DeviceState {
  readonly hostname: string;
  readonly model: string;
  readonly serial: string | null;
  readonly runningVersion: string;
  /** What it would boot next: a file, or a version where the platform has no files. */
  readonly bootsNext: string | null;
  /** By our clock: the device's own may be wrong, or be set while it boots. */
  readonly bootedAt: Date;
  /** How exact `bootedAt` is, in milliseconds: two readings of one boot differ by no more. */
  readonly bootedWithin: number;
  readonly freeBytes: number;
  /** Empty for a device that stands alone. */
  readonly members: readonly RedundancyMember[];
  readonly install: InstallState;
  readonly clockSynchronized: boolean | null;
}

/** What should be the same after an upgrade as before it. */
export interface DeviceHealth {
  /** Names of interfaces that are up. */
  readonly interfacesUp: readonly string[];
  /** Addresses of BGP neighbours whose session is established. */
  readonly bgpEstablished: readonly string[];
  readonly routes: number | null;
}

export type DigestAlgorithm = 'sha512' | 'sha256';

/** Where a device gets an image from: it fetches it, or we send it. */
export type ImageSource =
  | { readonly kind: 'pull'; readonly url: string; readonly password: string | null }
  | { readonly kind: 'push'; readonly path: string };

/** Which software to go back to. */
export interface PreviousSoftware {
  readonly version: string;
  /** What it booted from, as `bootsNext` of the state before. */
  readonly bootedFrom: string | null;
  /** That it may have been told to go back in this boot already. A device that does not say what it boots next is not told once more. */
  readonly toldBefore?: true;
}

/**
 * A login to a device, and what an upgrade does with it. One call at a time. Every call rejects with a `DeviceError`, after which the
 * login is closed, since nobody knows where the device stands.
 */
export interface DeviceOperations {
  readonly platform: Platform;
  /** Fingerprint of the key that the device showed. */
  readonly hostKey: string;
  readState(): Promise<DeviceState>;
  readHealth(): Promise<DeviceHealth>;
  runningConfiguration(): Promise<string>;
  /** Null where the platform has no other than the running one. */
  startupConfiguration(): Promise<string | null>;
  saveConfiguration(): Promise<void>;
  /** Whether the running configuration is the one that it would boot with. Reads both of them. */
  configurationSaved(): Promise<boolean>;
  /** Bytes of a file; null if it is not there. Names are without a path: files stand where the platform has its images. */
  fileSize(name: string): Promise<number | null>;
  /** Reads the whole file on the device, which may take minutes. */
  digest(name: string): Promise<{ readonly algorithm: DigestAlgorithm; readonly hex: string }>;
  /** Which digest this platform can compute. */
  readonly digestAlgorithm: DigestAlgorithm;
  copyIn(source: ImageSource, name: string, onProgress: (line: string) => void): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Harmless if the file is not there. */
  remove(name: string): Promise<void>;
  /** Names of files that begin with this. */
  filesNamed(prefix: string): Promise<readonly string[]>;
  /** Removes what the platform says is not needed; gives the bytes that are free then. */
  makeSpace(): Promise<number>;
  /** Everything of the installation that does not take the device down, up to what it boots next, which is looked at. Repeatable. */
  prepareInstall(name: string): Promise<void>;
  /** What takes the device down. To be called once a boot. */
  activate(name: string, options: { readonly abortMinutes: number }): Promise<Departure>;
  /** Keeps the new software for good. Repeatable. */
  commit(): Promise<void>;
  /** Removes what is no longer needed. Repeatable. */
  cleanUp(name: string): Promise<void>;
  /** Takes the device down to come back with what it ran before. To be called once a boot. */
  rollback(previous: PreviousSoftware): Promise<Departure>;
  /**
   * Takes back what `prepareInstall` did, on a device that runs what it ran before: it then boots next what it runs now. Does not take it down.
   * Repeatable.
   */
  withdraw(previous: PreviousSoftware): Promise<void>;
  close(): void;
}
