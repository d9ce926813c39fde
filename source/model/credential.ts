export const CREDENTIAL_TYPES = ['ssh_password', 'ssh_key', 'snmp_v2c', 'snmp_v3'] as const;

/** `ssh_key`: the secret is a private key. `snmp_v2c`: the community. `snmp_v3`: JSON with its protocols and keys (snmp-login.ts). */
export type CredentialType = (typeof CREDENTIAL_TYPES)[number];

/** A login to devices, as lists show it: without its secret. */
export interface Credential {
  readonly id: string;
  /** Unique in its organization. */
  readonly name: string;
  readonly type: CredentialType;
  /** Null for `snmp_v2c`, which has no user. */
  readonly username: string | null;
  /** Which key its secret is encrypted with. */
  readonly keyId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** True for what a router's command line can be reached with. */
export function isSsh({ type }: Pick<Credential, 'type'>): boolean {
  return type === 'ssh_password' || type === 'ssh_key';
}
