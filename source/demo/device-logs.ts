import type { Machine } from '../simulator/machine.ts';
import type { RouterVitals } from './telemetry/router-vitals.ts';

const MINUTE_MS = 60_000;

const EVENTS = {
  critical: { severity: 2, facility: 'SYS', mnemonic: 'MALLOCFAIL', text: 'Memory allocation failed, pool Processor' },
  warning: { severity: 4, facility: 'LINK', mnemonic: 'FLAP', text: 'Link flaps too often' },
} as const;

export interface LoggingDevice {
  readonly machine: Machine;
  readonly vitals: RouterVitals | null;
}

/** Lets devices log the events that their vitals say, minute by minute. Returns what ends it. */
export function startDeviceLogs(devices: readonly LoggingDevice[]): () => void {
  const timer = setInterval(() => {
    for (const device of devices) logMinute(device, Date.now());
  }, MINUTE_MS);
  return () => clearInterval(timer);
}

/** Writes what a device logs in this minute (milliseconds since the epoch). While it is down it logs nothing. */
export function logMinute({ machine, vitals }: LoggingDevice, minute: number): void {
  if (machine.goingDown || vitals === null) return;
  for (const severity of ['critical', 'warning'] as const) {
    const count = vitals.logged(severity, minute);
    for (let number = 1; number <= count; number += 1) {
      const { text, ...event } = EVENTS[severity];
      // Lines of a log are told apart by what stands in them.
      machine.log.write({ ...event, at: machine.now(), text: `${text} (${number} of ${count})` });
    }
  }
}
