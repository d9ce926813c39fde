const grouped = new Intl.NumberFormat('en');

/** `48,212`. */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** `1 router`, `48,212 routers`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Decimal units, as vendors state image sizes: `905.3 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}

/** Bits a second from bytes a second, as link speeds are stated: `94.1 Mb/s`. */
export function formatBitRate(bytesPerSecond: number): string {
  const units = ['b/s', 'kb/s', 'Mb/s', 'Gb/s', 'Tb/s'];
  let value = bytesPerSecond * 8;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : String(Math.round(value))} ${units[unit] ?? 'b/s'}`;
}

/** `91%`; `?` where there is no figure, for no data is not zero. */
export function formatPercent(percent: number | null): string {
  return percent === null ? '?' : `${Math.round(percent)}%`;
}
