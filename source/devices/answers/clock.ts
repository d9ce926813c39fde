/** Whether a device's clock follows a server, from `show ntp status` of any platform; null if it does not use NTP, or does not say. */
export function parseClockSynchronized(answer: string | null): boolean | null {
  if (answer === null) return null;
  // Junos prints the state of its daemon: `leap_none, sync_ntp`, or `leap_alarm, sync_unspec`.
  if (/\bunsynchroni[sz]ed\b|\bsync_unspec\b|\bleap_alarm\b/iu.test(answer)) return false;
  return /\bsynchroni[sz]ed\b|\bsync_ntp\b/iu.test(answer) ? true : null;
}
