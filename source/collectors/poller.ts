import type { Platform } from '../model/platform.ts';
import type { Point } from '../model/telemetry.ts';

/** What a poll asks a router for: `health` is CPU, memory, sensors and uptime. */
export const POLL_PARTS = ['health', 'interfaces', 'errors', 'facts'] as const;

export type PollPart = (typeof POLL_PARTS)[number];

/** A router as a poller needs to know it. */
export interface PollTarget {
  readonly organizationId: string;
  readonly routerId: string;
  readonly hostname: string;
  /** Name of the site; null if it has none. */
  readonly site: string | null;
  /** Name of the vendor; null if it is not known. */
  readonly vendor: string | null;
  readonly platform: Platform | null;
  readonly model: string | null;
  /** Address without a port. */
  readonly address: string;
  readonly snmpPort: number;
  readonly sshPort: number;
  /** `SHA256:...`; null if its key was never seen. */
  readonly hostKey: string | null;
}

/** What a device says of itself; null is what it did not say. */
export interface DeviceFacts {
  readonly version: string | null;
  readonly serial: string | null;
  readonly uptimeSeconds: number | null;
}

/** What one poll found. */
export interface Reading {
  /** When it was read, milliseconds since the epoch, by the collector's clock. */
  readonly at: number;
  readonly points: readonly Point[];
  /** Null if facts were not asked for. */
  readonly facts: DeviceFacts | null;
  /** What was asked for and the device does not have, one sentence each: `no CPU table (cpmCPUTotal5minRev)`. Never written as zero. */
  readonly missing: readonly string[];
}

/** A way to read routers. Rejects with `PollFailed` when a router does not answer, or refuses. */
export interface Poller {
  readonly name: 'snmp' | 'ssh';
  /** What it can read. */
  readonly parts: readonly PollPart[];
  poll(target: PollTarget, parts: readonly PollPart[], signal: AbortSignal): Promise<Reading>;
  /** What it remembers of a router (counters for rates, a connection) is let go of: another collector polls it now. */
  forget(target: PollTarget): void;
  close(): Promise<void>;
}

/** A router could not be read. The sentence is clean, and has no secrets. */
export class PollFailed extends Error {
  override readonly name = 'PollFailed';
  /** `silent`: no answer in time. `refused`: it answered, and does not let us in. `unreadable`: what it said makes no sense. */
  readonly why: 'silent' | 'refused' | 'unreadable';

  constructor(why: 'silent' | 'refused' | 'unreadable', message: string) {
    super(message);
    this.why = why;
  }
}
