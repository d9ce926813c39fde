import type { DeviceState } from './operations.ts';

/** What two workers know of the database's clock may differ by so much; far more than it does. */
const SLACK = 5_000;

/** How long a device has been up, and when we learned that. */
export interface UptimeReading {
  readonly seconds: number;
  /** 60 for an uptime in whole minutes. */
  readonly resolution: 1 | 60;
  /** When we asked, and when we had the answer. */
  readonly asked: Date;
  readonly answered: Date;
}

/**
 * When a device booted, by our clock. Two readings of one boot differ by less than `bootedWithin`, however wrong the device's clock is, and also
 * if it was set in between.
 */
export function bootTime({
  seconds,
  resolution,
  asked,
  answered,
}: UptimeReading): Pick<DeviceState, 'bootedAt' | 'bootedWithin'> {
  return {
    bootedAt: new Date(answered.getTime() - seconds * 1000),
    bootedWithin: answered.getTime() - asked.getTime() + resolution * 1000 + SLACK,
  };
}
