const HOUR_MS = 3_600_000;

/** Offsets by zone and UTC hour: asking for one takes longer than everything else about a point. */
const offsets = new Map<string, number>();
const MAX_OFFSETS = 10_000;

/** The hour of the day in a time zone with its fraction, 0 to 24. */
export function localHour(time: number, timeZone: string): number {
  const hour = Math.floor(time / HOUR_MS);
  const key = `${timeZone} ${hour}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    if (offsets.size >= MAX_OFFSETS) offsets.clear();
    offset = offsetOf(hour * HOUR_MS, timeZone);
    offsets.set(key, offset);
  }
  return ((((time + offset) / HOUR_MS) % 24) + 24) % 24;
}

/** Milliseconds that the zone is ahead of UTC. */
function offsetOf(time: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(time);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/u.exec(name) ?? [];
  const offset = Number(hours ?? 0) * HOUR_MS + Number(minutes ?? 0) * 60_000;
  return sign === '-' ? -offset : offset;
}
