/** Where a `copy` reads from, as far as it was told. */
export interface ImageUrl {
  readonly scheme: string;
  readonly user: string | null;
  readonly password: string | null;
  readonly host: string | null;
  /** Without the leading slash; null if it was left out. */
  readonly path: string | null;
}

/** Reads `scp://user@host/folder/name`, also `scp:` alone. Null for anything else. */
export function readImageUrl(text: string): ImageUrl | null {
  const match = /^(scp|sftp|https?|ftp|tftp):(?:\/\/(?:([^@/:]+)(?::([^@/]*))?@)?([^/@]*)(?:\/+(.*))?)?$/iu.exec(text);
  if (match === null) return null;
  const [, scheme = '', user, password, host, path] = match;
  const orNull = (part: string | undefined): string | null => (part === undefined || part === '' ? null : part);
  return {
    scheme: scheme.toLowerCase(),
    user: orNull(user),
    password: orNull(password),
    host: orNull(host),
    path: orNull(path),
  };
}

/** The last part of a path, and of a name on a device such as `flash:NAME` or `/var/tmp/NAME`. */
export function bareName(path: string): string {
  return /[^/:]*$/u.exec(path)?.[0] ?? '';
}
