import type { Platform } from '../model/platform.ts';
import type { Faults } from './faults.ts';
import type { FlashFile } from './flash.ts';
import type { Quirks } from './quirks.ts';

/** A router that exists only as an SSH server in this process, as it is when it is started. */
export interface SimulatedDevice {
  readonly hostname: string;
  readonly platform: Platform;
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly version: string;
  readonly user: string;
  readonly password: string;
  /** A line as in `authorized_keys`; this key may log in as well. */
  readonly publicKey?: string;
  /** What its uptime counts from. */
  readonly bootedAt: Date;
  /** The port to listen on; a free one if left out. */
  readonly port?: number;
  readonly quirks?: Quirks;
  readonly faults?: Faults;
  /** Size of its flash; that of a usual one if left out. */
  readonly flashBytes?: number;
  /** Files besides those that belong to the software it runs. */
  readonly files?: readonly FlashFile[];
  /** Processors or stack members; 1 if left out. */
  readonly members?: number;
  /** The running configuration; a believable one if left out. */
  readonly configuration?: string;
  /** What it boots with, if that is not the running configuration. */
  readonly startupConfiguration?: string;
  /** From going down to being back, in its own time: 240 if left out. */
  readonly reloadSeconds?: number;
  /** How long it answers after it was told to go down, with a fault that makes it: 30 if left out. */
  readonly lingerSeconds?: number;
  /** Of a copy that it fetches: 1.3 million if left out, as over SCP on a real one. */
  readonly copyBytesPerSecond?: number;
}
