/** Where a server listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `[HOST:]PORT`, 127.0.0.1 where there is no host; null for what is no address. */
export function readListenAddress(written: string): ListenAddress | null {
  const [, host, digits] = /^(?:(\[[0-9a-f:]+\]|[\w.-]+):)?(\d{1,5})$/iu.exec(written) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) return null;
  return { host: host?.replaceAll(/[[\]]/gu, '') ?? '127.0.0.1', port };
}
