import path from 'node:path';
import { z } from 'zod';

// The kinds of value that variables have. Each message completes the sentence "PG_PORT="70000" ...".

/** Printable ASCII, so that it can go into a header, a connection packet or a message as it is. */
const PRINTABLE = /^[\u0021-\u007e](?:[\u0020-\u007e]*[\u0021-\u007e])?$/u;

export const fieldText = z
  .string()
  .max(200, 'is longer than 200 characters')
  .regex(PRINTABLE, 'has characters that are not printable ASCII');

/** A password or token: anything without control characters. */
export const secret = z
  .string()
  .max(4096, 'is longer than 4096 characters')
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f\u007f]*$/u, 'has a line break or another control character in it');

/** A host name, an address, or the folder of a Unix socket. */
export const hostName = z
  .string()
  .regex(/^(?:\/[\u0021-\u007e]*|[\w.:%-]{1,253})$/u, 'is not a host name or an address (the port goes into PG_PORT)');

export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/u, 'is not a slug (small letters, digits and hyphens)');

export function wholeNumber(minimum: number, maximum: number): z.ZodType<number> {
  return z
    .string()
    .regex(/^\d{1,9}$/u, `is not a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, `is not from ${minimum} to ${maximum}`);
}

export function choice<const Value extends string>(values: readonly Value[]): z.ZodType<Value> {
  return z.enum(values, `is not one of ${values.join(', ')}`);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/** `500ms`, `5s` or `1m`, in milliseconds. */
export function duration(minimumMs: number, maximumMs: number): z.ZodType<number> {
  const fault = 'is not a duration: a whole number with the unit ms, s or m';
  return z
    .string()
    .regex(/^\d{1,9}(?:ms|s|m)$/u, fault)
    .transform((text) => Number.parseInt(text, 10) * (UNIT_MS[text.replace(/^\d+/u, '')] ?? Number.NaN))
    .refine((ms) => ms >= minimumMs && ms <= maximumMs, `is not from ${minimumMs / 1000}s to ${maximumMs / 1000}s`);
}

const SIZES: Readonly<Record<string, number>> = { MB: 1024 ** 2, GB: 1024 ** 3 };

/** `512MB` or `2GB`, in bytes. */
export function byteSize(minimum: number, maximum: number): z.ZodType<number> {
  const megabytes = (bytes: number): string => `${bytes / 1024 ** 2}MB`;
  return z
    .string()
    .regex(/^\d{1,7}(?:MB|GB)$/u, 'is not a size: a whole number with the unit MB or GB')
    .transform((text) => Number.parseInt(text, 10) * (SIZES[text.replace(/^\d+/u, '')] ?? Number.NaN))
    .refine(
      (bytes) => bytes >= minimum && bytes <= maximum,
      `is not from ${megabytes(minimum)} to ${megabytes(maximum)}`,
    );
}

const YES = ['1', 'true', 'yes', 'on'];
const NO = ['0', 'false', 'no', 'off'];

export const yesNo = z
  .string()
  .toLowerCase()
  .refine((value) => YES.includes(value) || NO.includes(value), 'is neither yes nor no')
  .transform((value) => YES.includes(value));

export const absolutePath = z
  .string()
  .refine((value) => path.isAbsolute(value) && !value.includes('\u0000'), 'is not an absolute path');

/** An http or https address without a login in it; the trailing slash is taken off. */
export const influxUrl = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^https?:$/u.test(new URL(value).protocol),
    'is not an http or https address',
  )
  .refine(
    (value) => !URL.canParse(value) || !hasLogin(new URL(value)),
    'has a login in it; the token goes into INFLUX_TOKEN',
  )
  .transform((value) => value.replace(/\/+$/u, ''));

/** Where devices fetch images from. A password in it would be seen in commands and logs. */
export const imageUrl = imageAddress((url) => /^(?:scp|https):$/u.test(url.protocol));

/** The same for the whole installation, where plain HTTP reaches over loopback too: there the demo's simulated devices are. */
export const commonImageUrl = imageAddress(
  ({ protocol, hostname }) => /^(?:scp|https):$/u.test(protocol) || (protocol === 'http:' && hostname === '127.0.0.1'),
);

function imageAddress(isKnown: (url: URL) => boolean) {
  return z
    .string()
    .refine((value) => URL.canParse(value) && isKnown(new URL(value)), 'is not an scp or https address')
    .refine(
      (value) => !URL.canParse(value) || new URL(value).password === '',
      'has a password in it; the password goes into NETUP_IMAGE_PASSWORD',
    );
}

function hasLogin(url: URL): boolean {
  return url.username !== '' || url.password !== '';
}
