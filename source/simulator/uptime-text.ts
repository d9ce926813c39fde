const UNITS = [
  ['year', 365 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** Counts of years to minutes, such as `['2 weeks', '0 days', '1 hour', '5 minutes']`, from the largest that is not zero. */
export function uptimeParts(bootedAt: Date, now: Date): readonly string[] {
  let rest = Math.max(0, Math.floor((now.getTime() - bootedAt.getTime()) / 1000));
  const parts = UNITS.map(([name, seconds]) => {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    return { count, text: `${count} ${name}${count === 1 ? '' : 's'}` };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  return parts.slice(first === -1 ? -1 : first).map(({ text }) => text);
}

/** `22:16:13 UTC Wed May 1 2019`, as IOS writes a time. */
export function iosTime(date: Date): string {
  const [weekday, day, month, year, time] = date.toUTCString().replace(',', '').split(' ');
  return `${time} UTC ${weekday} ${month} ${Number(day)} ${year}`;
}

/** `Wed May  1 22:16:13 2019`, as Unix writes a time. */
export function unixTime(date: Date): string {
  const [weekday, day, month, year, time] = date.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}
