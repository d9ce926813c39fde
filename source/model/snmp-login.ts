import { z } from 'zod';
import type { Credential } from './credential.ts';

/** The hashes of RFC 3414 and RFC 7860, without MD5. */
export const SNMP_AUTH_PROTOCOLS = ['sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
/** `aes` has keys of 128 bits (RFC 3826). `aes256` makes its keys as net-snmp and Junos do, `aes256c` as Cisco does. */
export const SNMP_PRIVACY_PROTOCOLS = ['aes', 'aes256', 'aes256c'] as const;
/** RFC 3414 asks for no less. */
export const SHORTEST_SNMP_KEY = 8;

export type SnmpAuthProtocol = (typeof SNMP_AUTH_PROTOCOLS)[number];
export type SnmpPrivacyProtocol = (typeof SNMP_PRIVACY_PROTOCOLS)[number];

/** How to ask a router by SNMP. Whole with its secrets: for a session, and nothing that people see. */
export type SnmpLogin =
  | { readonly version: '2c'; readonly community: string }
  | {
      readonly version: '3';
      readonly user: string;
      readonly auth: { readonly protocol: SnmpAuthProtocol; readonly key: string };
      /** Null: answers are signed, not encrypted. */
      readonly privacy: { readonly protocol: SnmpPrivacyProtocol; readonly key: string } | null;
    };

const key = z.string().min(SHORTEST_SNMP_KEY).max(1024);
const auth = { authProtocol: z.enum(SNMP_AUTH_PROTOCOLS), authKey: key };

/** What the secret of a credential of type `snmp_v3` is, as JSON. Its user is the credential's. */
const secretSchema = z.discriminatedUnion('level', [
  z.strictObject({ level: z.literal('authNoPriv'), ...auth }),
  z.strictObject({
    level: z.literal('authPriv'),
    ...auth,
    privProtocol: z.enum(SNMP_PRIVACY_PROTOCOLS),
    privKey: key,
  }),
]);

export type SnmpV3Secret = z.output<typeof secretSchema>;

/** The text that is encrypted and kept. */
export function writeSnmpSecret(secret: SnmpV3Secret): string {
  return JSON.stringify(secret);
}

/** The login of a credential and its secret in plain text; null if the two do not make one, as with an SSH credential. */
export function toSnmpLogin(
  { type, username }: Pick<Credential, 'type' | 'username'>,
  secret: string,
): SnmpLogin | null {
  if (type === 'snmp_v2c') return { version: '2c', community: secret };
  if (type !== 'snmp_v3' || username === null) return null;
  const parsed = secretSchema.safeParse(jsonOf(secret));
  if (!parsed.success) return null;
  const { data } = parsed;
  return {
    version: '3',
    user: username,
    auth: { protocol: data.authProtocol, key: data.authKey },
    privacy: data.level === 'authPriv' ? { protocol: data.privProtocol, key: data.privKey } : null,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
