import type { Platform } from '../model/platform.ts';
import type { Quirks } from './quirks.ts';

/** A router that exists only as an SSH server in this process. */
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
}
